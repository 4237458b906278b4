/*
 * slowsync -- a slow disk for programs that are started with
 * LD_PRELOAD=slowsync.so: each fsync and fdatasync takes 5 ms longer, or
 * SLOWSYNC_US microseconds.  Several at once wait for each other, as at a disk
 * that writes one thing at a time.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define SLOW_US 5000

static int
slow(const char *name, int fd)
{
	static pthread_mutex_t disk = PTHREAD_MUTEX_INITIALIZER;
	const char *us = getenv("SLOWSYNC_US");
	int (*really)(int);

	*(void **)&really = dlsym(RTLD_NEXT, name);
	(void)pthread_mutex_lock(&disk);
	(void)usleep(us != NULL ? (useconds_t)strtoul(us, NULL, 10) : SLOW_US);
	(void)pthread_mutex_unlock(&disk);
	return really(fd);
}

int fsync(int fd);
int fdatasync(int fd);

int
fsync(int fd)
{
	return slow("fsync", fd);
}

int
fdatasync(int fd)
{
	return slow("fdatasync", fd);
}
