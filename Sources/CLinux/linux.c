#define _GNU_SOURCE
#include "CLinux.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
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

int clinux_is_in_memory(int descriptor) {
    struct statfs status;
    if (fstatfs(descriptor, &status) != 0) return -1;
    return status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC;
}

int clinux_owner_and_mode(int descriptor, unsigned int *owner, unsigned int *mode) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return -1;
    *owner = status.st_uid;
    *mode = status.st_mode;
    return 0;
}
