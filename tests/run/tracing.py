# sys.settrace and sys.setprofile: which events, where, with what.
import sys
log=[]
def tr(f, ev, arg):
    log.append((ev, f.f_lineno - f.f_code.co_firstlineno, f.f_code.co_name, arg if ev!='exception' else arg[0].__name__))
    return tr
def run(fn,*a):
    log.clear()
    sys.settrace(tr)
    try: fn(*a)
    except BaseException as e: r=type(e).__name__
    else: r=None
    finally: sys.settrace(None)
    for l in log: print(l)
    print('->',r)
def a(x):
    y = x
    if y:
        y += 1
    else:
        y = 2
    for i in range(2):
        y += i
    while y > 5:
        y -= 1
    return y
def b():
    try:
        1/0
    except ZeroDivisionError:
        pass
    x = [i for i in range(2)]
def g():
    yield 1
    yield 2
def c():
    for i in g():
        pass
def d():
    with 3: pass
def e(): raise KeyError
run(a,0); run(a,1); run(b); run(c); run(d); run(e)
plog=[]
def prof(f,ev,arg): plog.append((ev,f.f_code.co_name,getattr(arg,'__name__',arg)))
def p():
    len('a'); [].append(1)
    try: int('x')
    except ValueError: pass
    return list(map(ord,'a'))
sys.setprofile(prof)
try: p()
finally: sys.setprofile(None)
for l in plog: print(l)
