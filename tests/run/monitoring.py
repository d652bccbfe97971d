# sys.monitoring: events of every kind, local events, DISABLE.

import sys

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
    for i in list(g()):
        pass
def e(): raise KeyError
def p():
    len('a'); [].append(1)
    try: int('x')
    except ValueError: pass
    return list(map(ord,'a'))
m=sys.monitoring
E=m.events
m.use_tool_id(1,'t')
mlog=[]
for n in ('PY_START','PY_RETURN','PY_YIELD','PY_RESUME','LINE','JUMP','BRANCH_LEFT','BRANCH_RIGHT','CALL','C_RETURN','C_RAISE','RAISE','RERAISE','EXCEPTION_HANDLED','PY_UNWIND','STOP_ITERATION','PY_THROW','INSTRUCTION'):
    def cb(code,*a,n=n): mlog.append((n,code.co_name)+tuple(x if isinstance(x,int) else type(x).__name__ for x in a))
    m.register_callback(1,getattr(E,n),cb)
def mon(ev,fn,*a):
    mlog.clear()
    m.set_events(1,ev)
    try: fn(*a)
    except Exception: pass
    finally: m.set_events(1,0)
    for l in mlog:
        if l[1]!='mon': print(l)
    print('--')
mon(E.PY_START|E.PY_RETURN|E.CALL|E.C_RETURN|E.C_RAISE,p)
mon(E.BRANCH|E.JUMP,a,1)
mon(E.LINE|E.BRANCH|E.JUMP,b)
mon(E.RAISE|E.RERAISE|E.EXCEPTION_HANDLED|E.PY_UNWIND|E.STOP_ITERATION|E.PY_YIELD|E.PY_RESUME,c)
mon(E.RAISE|E.RERAISE|E.EXCEPTION_HANDLED|E.PY_UNWIND,e)
mon(E.INSTRUCTION,a,1)
m.set_local_events(1,a.__code__,E.LINE)
mlog.clear(); a(1); print(mlog)
m.set_local_events(1,a.__code__,0)
mlog.clear(); a(1); print(mlog)
def dis(code,line): mlog.append(line); return m.DISABLE
m.register_callback(1,E.LINE,dis)
m.set_events(1,E.LINE)
mlog.clear(); a(1);a(1); m.restart_events(); a(1); m.set_events(1,0); print([x-a.__code__.co_firstlineno for x in mlog if x<90])
