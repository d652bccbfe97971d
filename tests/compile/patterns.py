def f(x, y):
    match x:
        case 1 | -1 | 2.5 | 1 + 2j | -3 - 4j | 'a' 'b' | b'c': 1
        case None | True | False: 2
        case a.b | a.b.c: 3
        case []: 4
        case [_]: 5
        case [a, b] if a: 6
        case [a, *_]: 7
        case [*_, a]: 8
        case [a, *_, b, _]: 9
        case [a, *b, c]: 10
        case (*_,): 11
        case [[a, b], [c, [d]]]: 12
        case {}: 13
        case {'a': 1, -1: b, a.b: [c]}: 14
        case {'a': a, **rest}: 15
        case {**rest}: 16
        case C(): 17
        case C(a, 1, _): 18
        case C(a, b=b, c=D(d)): 19
        case C(a=1 | 2 as e): 20
        case [a, b] | [b, a, _] | {'a': a, 'b': b}: 21
        case [1 | 2 as a, 3 as b] as c: 22
        case (a, ([b] | b)) | C(b, a): 23
        case 'x' if y: 24
        case _ if y: 25
        case z: 26
    match x:
        case 1: pass
        case _: return x
    match x:
        case _: pass
    match x, y:
        case a, b: pass
    match x:
        case [a, b, c] | [c, b, a] | [b, a, c]: return a, b, c
    while x:
        match x:
            case 1: break
            case 2: continue
            case y: return y
