
# Device queries are completed by the server, which knows sites, tags and values: `-q 'site==no<TAB>`.
function _muster_or_query() {
  local line="${COMP_LINE:0:COMP_POINT}" typed head all
  local option="(^|[[:space:]])(-q|--query|--selector)([[:space:]]+|=)"
  if [[ $line =~ $option\'([^\']*)$ || $line =~ $option\"([^\"]*)$ ]]; then
    # Within quotes the shell takes all of it for one word.
    typed="${BASH_REMATCH[4]}"
    head=""
  elif [[ $line =~ $option([^[:space:]\'\"]*)$ ]]; then
    typed="${BASH_REMATCH[4]}"
    head="${typed%"${typed##*[=:]}"}"
  else
    _complete_muster "$@"
    return
  fi
  mapfile -t all < <("${COMP_WORDS[0]}" devices query complete -o name -- "$typed" 2>/dev/null)
  COMPREPLY=("${all[@]#"$head"}")
  # A query goes on: no blank behind what was completed.
  compopt -o nospace 2>/dev/null
  return 0
}
complete -o default -F _muster_or_query muster muster.sh muster.bash
