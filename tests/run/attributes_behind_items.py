class T(tuple):
    def m(self):
        return self.tag


class S(str):
    pass


def read(values):
    out = []
    for value in values * 200:
        value.tag = len(value)
        out.append((value.tag, value.m() if isinstance(value, T) else value.tag))
    return out[-6:]


print(read([T(), T((1, 2, 3)), T((1,))]))
print(read([S(), S("abc"), S("é" * 40)]))
