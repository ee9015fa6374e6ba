#ifndef CLINUX_H
#define CLINUX_H

#include <spawn.h>

/* What glibc declares only under _GNU_SOURCE, and Swift's view of it therefore leaves out. */

/* POSIX_SPAWN_SETSID */
extern const short clinux_spawn_setsid;
/* posix_spawn_file_actions_addchdir_np */
int clinux_spawn_add_chdir(posix_spawn_file_actions_t *actions, const char *path);
/* posix_spawn_file_actions_addclosefrom_np */
int clinux_spawn_add_closefrom(posix_spawn_file_actions_t *actions, int from);
/* syncfs */
int clinux_syncfs(int descriptor);

/* What Swift's Glibc has no header for. */

/* Whether what is open lies on a file system in memory (tmpfs, ramfs): 1, 0, or -1 with errno. */
int clinux_is_in_memory(int descriptor);

/* What several modules bring along, so that a whole-module build does not know whose it is. */

/* fstat: who owns what is open, and its mode; 0, or -1 with errno. */
int clinux_owner_and_mode(int descriptor, unsigned int *owner, unsigned int *mode);

#endif
