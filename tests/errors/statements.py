if x
    pass
# ---
if x:: pass
# ---
if : pass
# ---
elif x: pass
# ---
while x
# ---
for x in y
# ---
for x y: pass
# ---
for in x: pass
# ---
for x in: pass
# ---
with x as: pass
# ---
with x as y
# ---
with (a as b: pass
# ---
with (a as b, c as 1): pass
# ---
try x
# ---
try: x
# ---
try: x
except A, B as c: pass
# ---
try: x
except A as b.c: pass
# ---
try: x
except A as 1: pass
# ---
import
# ---
import a.b as
# ---
import a as b.c
# ---
import a, 
# ---
from a import
# ---
from a import (
# ---
from a import b,
# ---
from a import (b, c
# ---
from a import b as 1
# ---
from . import
# ---
from a import *, b
# ---
import a from b
# ---
from import a
# ---
raise x from
# ---
assert
# ---
assert x,
# ---
assert (x, 1)
# ---
del
# ---
global
# ---
global x, 1
# ---
pass x
# ---
print x
# ---
print "a" % b
# ---
exec "a"
# ---
a b
# ---
a = b c
# ---
x = 1 2
# ---
a and
# ---
not
# ---
x is not
# ---
x not y
# ---
x !
# ---
x ! y
# ---
a <> b
# ---
x ? y
# ---
$x
# ---
x = `y`
# ---
a = b if c
# ---
a = b if c else
# ---
a = pass if c else d
# ---
a = b if pass else d
# ---
async x = 1
# ---
async def
# ---
await
# ---
lambda
# ---
return = 1
# ---
class = 1
# ---
match x: pass
# ---
match x:
    pass
# ---
match x
    case 1: pass
# ---
match x:
    case 1 pass
# ---
match x:
    case a: pass
    case b: pass
# ---
match x:
    case _: pass
    case 1: pass
# ---
match x:
    case a | b: pass
# ---
match x:
    case [a, a]: pass
# ---
match x:
    case [*a, *b]: pass
# ---
match x:
    case {**a, "b": c}: pass
# ---
match x:
    case {"a": 1, "a": 2}: pass
# ---
match x:
    case A(x=1, y): pass
# ---
match x:
    case A(x=1, x=2): pass
# ---
match x:
    case 1 as a.b: pass
# ---
match x:
    case 1 as _: pass
# ---
match x:
    case 1 + 2: pass
# ---
match x:
    case -a: pass
# ---
match x:
    case f"a": pass
# ---
type X
# ---
x = 1;; y
# ---
;
# ---
x;;
# ---
if x: if y: pass
# ---
x = yield = 1
# ---
impotr a
# ---
whlie x: pass
# ---
fro x in y: pass
# ---
classs A: pass
