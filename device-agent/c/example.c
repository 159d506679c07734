/*
 * A service that asks before it uses the camera, tells a number, and asks people for what it lacks.
 *
 *     cc -std=c99 -o example example.c && ./example /run/muster/agent.sock com.example.pump ohos.permission.CAMERA
 *
 * Ends with 0 granted, 1 denied, 2 no answer.
 */
#define _POSIX_C_SOURCE 200809L
#include "muster.h"

int main(int argc, char **argv) {
    int fd, granted;
    if (argc != 4) {
        fprintf(stderr, "example: expected SOCKET APP PERMISSION\n");
        return 2;
    }
    fd = muster_open(argv[1]);
    if (fd < 0) {
        perror("example: no agent");
        return 2;
    }
    granted = muster_verify(fd, argv[2], argv[3], 100, 0);
    printf("%s\n", granted == 1 ? "granted" : granted == 0 ? "denied" : "no answer");
    printf("published %d\n", muster_publish(fd, "example.runs", 1));
    if (granted == 0) printf("requested %d\n", muster_request(fd, argv[2], argv[3], 100, 0, "the example \"needs\" it"));
    muster_close(fd);
    return granted == 1 ? 0 : granted == 0 ? 1 : 2;
}
