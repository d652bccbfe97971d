x = (a
     + b
     * c)
f(a,
  b=
  c,
  *d)
(x
 .y
 [z]
 .w)
if (a
    and b
    or c):
    pass
def f(
    a,
    b=1,
): return (
    a
)
@deco
# comment
@deco2(
    1)
class C(
    B
):
    pass
for x in (
    y
):
    z
[
    a
    for a in b
    if c
]
try:
    a
except (
    B
):
    c
with (
    a
) as b:
    c
assert (
    a
), (
    b
)
return_ = [
    1,
    2,
    a]; b = 2; c = \
    3
match (
    x
):
    case (
        1
    ):
        y
lambda: (
    a
)
aé, 'é', x.é, é.x, 'ü' + (é
  .é)
