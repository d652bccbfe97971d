def loops(x):
    for a in x:
        if a: continue
        if x: break
    else:
        return a
    for a, (b, *c) in (
            x,
            a):
        pass
    for x.y in x: x
    for x[0] in x: pass
    while x:
        if a: continue
        break
    while True:
        if x: return
    while 0: unreachable
    while 1:
        x
    if 0: a
    elif x: b
    elif 1: c
    else: d
    if x: pass
    if not x or a and (b or c): return 1
    if __debug__: x
def tries(x):
    try: a
    except: b
    try: a
    except A: b
    except (B, C) as e: e
    except D as e: raise
    else: c
    finally: d
    try:
        try: return a
        finally: b
    finally:
        return_ = c
    for i in x:
        try:
            if i: continue
            if x: break
            return i
        except A as e:
            continue
        except B as e:
            break
        except C as e:
            return e
        finally:
            x
    try: a
    finally: pass
    try: raise
    except: raise A from b
    raise A
def try_star(x):
    try: a
    except* A: b
    except* B as e: e
    except* (C, D): c
    else: d
    finally: e
    try: a
    except* A as e: raise
def withs(x):
    with a: b
    with a as b, c as (d, e), f() as g.h, i as j[0]: k
    with (a as b,
          c as d):
        return e
    for i in x:
        with a:
            if i: continue
            with b as c:
                if x: break
                return 1
        with a: return
    with a:
        try: return b
        finally: c
def finallys(x):
    try:
        for i in x:
            with i:
                try:
                    return x.y
                finally:
                    a
    finally:
        try: b
        except C as d: e
        finally: f = lambda: 0
async def async_withs(x):
    async with a as b, c:
        async for d in e:
            if d: continue
            if e: break
            return d
        return f
    try: return await x
    finally: await a
def deep():
    while 1:
        try:
            while 2:
                try:
                    while 3:
                        with a:
                            if b: break
                            if c: continue
                            return d
                finally:
                    e
        except F:
            pass
