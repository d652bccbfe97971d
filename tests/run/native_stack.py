# Each statement many times over in one frame: an instruction that leaves anything on the native
# stack would overflow it.
ROUNDS = 50_000


class Context:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        return True

    def __init__(self, value=None):
        self.value = value

    def method(self, *rest, key=None):
        return rest


class Derived(Context):
    def method(self, value):
        return super().method(value)


def generator():
    while True:
        yield 1


def delegate():
    yield from generator()


STATEMENTS = """\
len([])
isinstance(1, (int, str))
"a".replace("a", "b")
"abc".upper()
max(i, 3)
Context(1)
Context(value=i)
c.method(1, key=2)
c.method(*(1, 2), **{'key': 3})
int(*("1",))
d.method(1)
f"{i}{i:3}{i!r}"
t"{i}"
[*(1, 2), 3]
{**{1: 2}, 3: 4}
{*(1, 2), 3}
a, *b = 1, 2, 3
(a, b), c2 = (1, 2), 3
i[0] if False else l[0:1]
l[0:0] = ()
next(g)
g.send(None)
next(h)
del d2['k'] if 'k' in d2 else d2['j']
i < 3 or i == 'a'
-i, ~i, not i
i + 0.5, i / 2, i // 3, i % 7, i << 2, i * 'a' if i < 2 else 0
lambda x=1, *, y=2: x
"""


def run(statement, i=5, l=[1, 2], c=Context(), d=Derived()):
    space = {"c": c, "d": d, "l": l, "g": generator(), "h": delegate(), "Context": Context}
    space["g"].send(None)
    body = statement if not statement.startswith("del") else "d2 = {'k': 1}; del d2['k']"
    source = f"""
def loop(c, d, l, g, h, rounds):
    for i in range(rounds):
        {body}
def failing(c, d, l, g, h, rounds):
    for i in range(rounds):
        try:
            {body}
            unbound
        except NameError:
            pass
        with c:
            raise KeyError
        match i:
            case [1, 2]: pass
            case {{"a": 1}}: pass
            case int(): pass
"""
    exec(source, space)
    arguments = [space[name] for name in "cdlgh"]
    space["loop"](*arguments, ROUNDS)
    space["failing"](*arguments, 100)


for statement in STATEMENTS.splitlines():
    run(statement)
    print(statement)
