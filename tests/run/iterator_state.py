import copy
import operator
import pickle


class Sequence:
    def __getitem__(self, index):
        if index >= 3:
            raise IndexError
        return index

    def __len__(self):
        return 3


def state(iterator):
    hint = operator.length_hint(iterator, -1)
    rest = list(copy.copy(iterator))
    return hint, rest, iterator.__reduce__()[1:]


for make in (lambda: iter([1, 2, 3]), lambda: iter((1, 2, 3)), lambda: iter(range(5, 1, -2)), lambda: reversed([1, 2, 3])):
    for steps in (0, 1, 9):
        iterator = make()
        for _ in range(steps):
            next(iterator, None)
        print(steps, state(iterator))
    moved = make()
    moved.__setstate__(1)
    print(list(moved), list(pickle.loads(pickle.dumps(make()))))
sequence = iter(Sequence())
next(sequence)
print(operator.length_hint(sequence), list(sequence), operator.length_hint(sequence))
