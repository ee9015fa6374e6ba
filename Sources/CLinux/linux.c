#define _GNU_SOURCE
#include "CLinux.h"

#include <unistd.h>

const short clinux_spawn_setsid = POSIX_SPAWN_SETSID;

int clinux_spawn_add_chdir(posix_spawn_file_actions_t *actions, const char *path) {
    return posix_spawn_file_actions_addchdir_np(actions, path);
}

int clinux_spawn_add_closefrom(posix_spawn_file_actions_t *actions, int from) {
    return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

int clinux_syncfs(int descriptor) {
    return syncfs(descriptor);
}
