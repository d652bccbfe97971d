# A comment, a form feed, tabs, continuations.

if True:
	x = (1,

	     2)  # inside
	y = 1 + \
	    2; z = 3;

	class A: pass
    # less indented comment
else:
    pass
if x: y = z
