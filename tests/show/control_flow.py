def search(rows, wanted):
    for index, row in enumerate(rows):
        if not row:
            continue
        elif row is wanted or index > 100 and row != wanted:
            break
        while row and index < 10 < len(row):
            row = row[1:]
            if row == wanted:
                return index
        else:
            index -= 1
    else:
        return None
    assert index >= 0, f"{index=}"
    return -1 if index else "first"


def constants(flag):
    if 0:
        never()
    x = 2 ** 10 + 1, "a" "b", -1, 1_000_000, 3.5e10, 2j, b"\x00", (1, (2, 3)), [1, 2, 3], {4, 5, 6}
    if flag in {1, 2, 3}:
        return x[1:2], x[::-1], not flag
    del x
    return {**flag, "a": 1}, [*flag], {"b": 2, "c": flag}
