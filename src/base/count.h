/*
 * count -- COUNT(array): the number of its elements, a constant.
 *
 *	static const struct route routes[] = { ... };
 *	for (size_t i = 0; i < COUNT(routes); i++)
 *
 * A pointer in its place (a parameter, too) would give a wrong number in
 * silence; the bit field below is of width -1 then, which does not compile.
 */
#ifndef FL_COUNT_H
#define FL_COUNT_H

#define COUNT(array)                                                           \
	(sizeof(array) / sizeof((array)[0]) +                                  \
	    0 * sizeof(struct { int width : COUNT_WIDTH(array); }))
#define COUNT_WIDTH(array)                                                     \
	(__builtin_types_compatible_p(                                         \
	     __typeof__(array), __typeof__(&(array)[0]))                       \
		? -1                                                           \
		: 1)

#endif
