class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


BIG = 10**30
BOUNDS = (None, -BIG, -7, -5, -1, 0, 2, 5, 9, BIG, Index(3))
for length in (0, 5, 10**25):
    for step in (None, 1, -1, 3, -BIG):
        print(length, step, [slice(a, b, step).indices(length) for a in BOUNDS for b in BOUNDS])
for parts, length in (((1, 2, 0), 3), (("a",), 3), ((1,), -1), ((1,), "x"), ((1.5,), 2)):
    try:
        print(slice(*parts).indices(length))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
