# Slices as values.
print(slice(1, 2, 3) == slice(1, 2, 3), slice(1, 2) < slice(1, 3), slice(1) != slice(2), hash(slice(1, 2, 3)))
print(slice(1).__reduce__(), {slice(1, 2): "x"}[slice(1, 2)])
try:
    hash(slice([]))
except TypeError as error:
    print(error)
