# Proxies do with their object what is done with them.
from_proxy = __import__('_weakref')


class Number:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return ('add', self.value, getattr_value(other))

    def __radd__(self, other):
        return ('radd', other, self.value)

    def __iadd__(self, other):
        self.value += 10
        return self

    def __divmod__(self, other):
        return ('divmod', other)

    def __pow__(self, other, modulus=None):
        return ('pow', other, modulus)

    def __neg__(self):
        return 'neg'

    def __bool__(self):
        return self.value != 0

    def __index__(self):
        return self.value

    def __int__(self):
        return self.value + 100

    def __float__(self):
        return 0.5

    def __len__(self):
        return 3

    def __getitem__(self, key):
        return ('item', key)

    def __setitem__(self, key, value):
        print('set', key, value)

    def __delitem__(self, key):
        print('del', key)

    def __contains__(self, item):
        return item == 'in'

    def __iter__(self):
        return 'ab'.__iter__()

    def __eq__(self, other):
        return 'eq'

    def __lt__(self, other):
        return 'lt'

    def __str__(self):
        return 'text'

    def __bytes__(self):
        return b'bytes'

    def __reversed__(self):
        return 'reversed'

    __hash__ = None


def getattr_value(other):
    return other.value if other.__class__ is Number else other


def attempt(what, *args):
    try:
        print(what(*args))
    except Exception as error:
        print(type(error).__name__, error)


number = Number(7)
proxy = from_proxy.proxy(number)
print(type(proxy), proxy.__class__ is Number, from_proxy.proxy(number) is proxy)
print(proxy + 1, 1 + proxy, proxy + proxy, -proxy, proxy ** 2, not proxy)
print(proxy[1], 'in' in proxy, 'out' in proxy, [*proxy], len(proxy), proxy == 1, proxy < 1)
print(str(proxy), int(proxy), float(proxy), [0] * 10 == [0, 0, 0][:1] * 10, 'abcdefghij'[proxy])
print(proxy.__bytes__(), proxy.__reversed__())
proxy[1] = 2
del proxy[3]
proxy.value = 8
print(number.value)
del proxy.value
attempt(lambda: proxy.value)
number.value = 0
print(bool(proxy))
same = proxy
same += 1
print(same is number, number.value)
del same
attempt(hash, proxy)
attempt(proxy)
attempt(type(proxy), number)


def function(*args, **kwargs):
    return args, kwargs


callable_proxy = from_proxy.proxy(function)
print(type(callable_proxy), callable_proxy(1, x=2), callable_proxy.__name__)
events = []
watched = from_proxy.proxy(number, lambda p: events.append(type(p).__name__))
del number
print(events)
attempt(lambda: proxy + 1)
attempt(lambda: proxy.value)
attempt(lambda: bool(proxy))
attempt(lambda: proxy == proxy)
attempt(lambda: 1 in proxy)
attempt(lambda: [*proxy])
attempt(from_proxy.proxy, 5)
