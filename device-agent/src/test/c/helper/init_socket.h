/* What the helper needs of init's library, for its test. */
int GetControlSocket(const char *name);
