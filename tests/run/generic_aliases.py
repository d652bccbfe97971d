# Builtin types subscripted, and unions of types.
def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


alias = list[int]
print(alias, alias.__origin__, alias.__args__, alias.__parameters__, alias())
print(dict[str, list[int]], tuple[()], tuple[int, ...], list["int"], list[[int, str]])
print(list[int] == list[int], hash(list[int]) == hash(list[int]), list[int] == list[str])
print(*tuple[int, str], type(alias), alias.__name__)
attempt(lambda: list[int][int])
attempt(lambda: alias.missing)
attempt(lambda: alias.__copy__)
attempt(lambda: type(alias)(list))
attempt(lambda: range[int])


class Numbers(list[int]):
    pass


print(Numbers.__bases__, Numbers.__orig_bases__)
union = int | str
print(union, int | None, None | int, union.__args__, int | int, list[int] | None)
print(union == str | int, hash(union) == hash(str | int), type(union), union.__origin__)
attempt(lambda: int | 1)
attempt(lambda: int | "str")
attempt(lambda: union[int])
attempt(lambda: type(union)())
attempt(lambda: union(1))
attempt(lambda: type("Bad", (union,), {}))
attempt(lambda: union < 1)
print(type(union)[int, int], type(union)[int, None])
