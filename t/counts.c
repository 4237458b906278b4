/*
 * Of builds with --enable-coverage only: SIGRTMAX is kill -9 for a program that
 * counts its lines, which writes the counts before (etc/coverage).  A thread of
 * its own waits for it: in a handler, writing would wait for what it interrupted.
 * It takes no other signal: one that is to wake the program would be lost on it.
 */
#include <gcov.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static sigset_t wanted;

static void *
await(void *arg)
{
	int sig;

	(void)arg;
	if (sigwait(&wanted, &sig) == 0) {
		__gcov_dump();
		(void)kill(getpid(), SIGKILL);
	}
	return NULL;
}

/* The linker is told to want it (-u). */
__attribute__((constructor)) void counts_open(void);

void
counts_open(void)
{
	sigset_t all, mine;
	pthread_t thread;

	(void)sigemptyset(&wanted);
	(void)sigaddset(&wanted, SIGRTMAX);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &mine);
	if (pthread_create(&thread, NULL, await, NULL) == 0)
		(void)pthread_detach(thread);
	(void)sigaddset(&mine, SIGRTMAX);
	(void)pthread_sigmask(SIG_SETMASK, &mine, NULL);
}
