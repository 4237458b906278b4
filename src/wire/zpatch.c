#include "zpatch.h"

#include <zstd.h>

#include "must.h"

/* A configuration of 60 KB: 1 ms; higher levels save some percent in many times
 * of that. */
#define LEVEL  6
#define WINDOW 23 /* 2^23 bytes: ZPATCH_MAX */

/* A failure here means a libzstd that was built without what we need. */
static void
set(ZSTD_CCtx *z, ZSTD_cParameter what, int value)
{
	must(!ZSTD_isError(ZSTD_CCtx_setParameter(z, what, value)));
}

void
zpatch_make(struct str old, struct str text, struct buf *out)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();
	size_t room = ZSTD_compressBound(text.len), n;
	char *to = buf_reserve(out, room);

	must(z != NULL);
	must(old.len == 0 || old.len + text.len <= ZPATCH_MAX);
	if (to != NULL) {
		set(z, ZSTD_c_compressionLevel, LEVEL);
		set(z, ZSTD_c_windowLog, WINDOW);
		set(z, ZSTD_c_checksumFlag, 1);
		must(!ZSTD_isError(ZSTD_CCtx_refPrefix(z, old.p, old.len)));
		n = ZSTD_compress2(z, to, room, text.p, text.len);
		must(!ZSTD_isError(n));
		buf_added(out, n);
	}
	(void)ZSTD_freeCCtx(z); /* tells nothing of use */
}

static int
unpack(ZSTD_DCtx *z, struct str packed, size_t size, struct buf *out)
{
	char *to = buf_reserve(out, size > 0 ? size : 1);
	size_t n;

	if (to == NULL)
		return -1;
	n = ZSTD_decompressDCtx(z, to, size, packed.p, packed.len);
	if (ZSTD_isError(n))
		return -1;
	buf_added(out, n);
	return 0;
}

int
zpatch_read(struct str old, struct str packed, size_t max, struct buf *out,
    struct err *e)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();
	/* What the frame says; unknown and wrong are above each limit. */
	unsigned long long size =
	    ZSTD_getFrameContentSize(packed.p, packed.len);
	int rc = -1;

	must(z != NULL);
	if (size <= max &&
	    !ZSTD_isError(
		ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW)) &&
	    !ZSTD_isError(ZSTD_DCtx_refPrefix(z, old.p, old.len)))
		rc = unpack(z, packed, (size_t)size, out);
	(void)ZSTD_freeDCtx(z); /* tells nothing of use */
	return rc == 0 ? 0 : err_set(e, ERR_IO, "a packed text is damaged");
}
