# Classes derived from types whose instances differ in size: attributes, slots, what dies with them.
import _weakref


class Held:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print('del', self.name)


class Pair(tuple):
    pass


class Point(tuple):
    __slots__ = ()


class Deep(Pair):
    pass


for n in range(5):
    pair = Pair(range(n))
    pair.x, pair.y = 'x', n
    pair.z = [n]
    deep = Deep('abcdefgh'[:n])
    deep.a = pair
    print(pair, pair.x, pair.y, pair.z, pair.__dict__, deep, deep.a is pair)
    del pair.x
    print(pair.__dict__, pair == tuple(range(n)), hash(pair) == hash(tuple(range(n))))
    pair.__dict__ = {'new': 1}
    print(pair.new)
pair.held = Held('held by a pair')
pair = deep = None
print(Point((1, 2)))
try:
    Point().x = 1
except AttributeError as error:
    print(error)


class Text(str):
    pass


class Tagged(str):
    __slots__ = ('tag', 'other')


class Both(Tagged):
    pass


for n in (0, 1, 6, 7, 8, 9, 31, 32, 100):
    for letter in 'aé€😀':
        text = Text(letter * n)
        text.x, text.y = n, letter
        tagged = Tagged(letter * n)
        tagged.tag = text
        both = Both(letter * n)
        both.tag, both.free = 1, 2
        assert text == tagged == both == letter * n and len(text) == n
        assert (text.x, text.y, text.__dict__) == (n, letter, {'x': n, 'y': letter})
        assert tagged.tag is text and (both.tag, both.free, both.__dict__) == (1, 2, {'free': 2})
        assert hash(text) == hash(letter * n)
        try:
            tagged.other
        except AttributeError as error:
            assert str(error) == "'Tagged' object has no attribute 'other'", error


def read(tagged):
    total = 0
    for t in tagged:
        t.other = t.tag
        total += t.other
    return total


many = []
for n in range(50):
    t = Tagged('x' * n)
    t.tag = n
    many.append(t)
print(read(many))
many = t = None
print(_weakref.ref(text)() is text)
text.held = Held('held by a string')
tagged.other = Held('held by a slot')
del text, tagged, both


class Number(int):
    pass


class Raw(bytes):
    pass


for value in (Number(5), Number(10 ** 30), Raw(b'abc'), Raw()):
    value.x = 1
    print(value, value.x, value.__dict__)
    try:
        _weakref.ref(value)
    except TypeError as error:
        print(error)

for base in (int, bytes, tuple, type):
    try:
        type('C', (base,), {'__slots__': ('a',)})
    except TypeError as error:
        print(error)
for base in (int, bytes, tuple):
    print(type('C', (base,), {'__slots__': ()})())
print(type('C', (str,), {'__slots__': ('__dict__', '__weakref__')})().__dict__)
for slots in (('__dict__',), ('__weakref__',)):
    try:
        type('C', (Pair,), {'__slots__': slots})
    except TypeError as error:
        print(error)


class Base:
    pass


First = type('First', (Base,), {})
Second = type('Second', (First, Held), {})
print(Base.__subclasses__(), First.__subclasses__(), Held.__subclasses__())
print(First in object.__subclasses__(), Base in object.__subclasses__())
