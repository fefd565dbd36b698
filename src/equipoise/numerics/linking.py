"""Which tasks can be linked to places at the same time: a greedy basis by augmenting paths.

Tasks are linked to slots, slots belong to stores, slots and stores have room for a number of tasks. The sets of
tasks that can be linked together are the independent sets of a matroid (a gammoid; Perfect 1968), so that taking the
tasks in order of falling weight, each one whenever an augmenting path exists, gives a set of greatest weight
(Edmonds 1971), and its first k weight classes hold as many tasks as can be linked at all from these classes.
"""

from __future__ import annotations

import numpy as np

from equipoise.numerics.jit import kernel

DEAD = np.iinfo(np.int64).max
"""Mark of what a failed search has visited: no later path can leave it, so it is never visited again."""


@kernel
def _unlink(task: int, slot: int, first, after) -> None:
    """Take ``task`` out of the list of those linked to ``slot``."""
    if first[slot] == task:
        first[slot] = after[task]
        return
    at = first[slot]
    while after[at] != task:
        at = after[at]
    after[at] = after[task]


@kernel
def _commit(
    store: int, store_slot, slot_store, slot_task, by_store, taken, first, after, slot_used, store_used
):
    """Move the tasks along the path that ends in ``store``; the root of the path becomes linked."""
    store_used[store] += 1
    slot = store_slot[store]
    slot_used[slot] += 1
    while True:
        if by_store[slot]:
            slot_used[slot] -= 1
            slot = store_slot[slot_store[slot]]
            slot_used[slot] += 1
            continue
        task = slot_task[slot]
        old = taken[task]
        if old >= 0:
            _unlink(task, old, first, after)
        taken[task] = slot
        after[task] = first[slot]
        first[slot] = task
        if old < 0:
            return
        slot = old


@kernel
def link_in_order(start, slots, slot_room, slot_store, store_start, store_room):
    """Return the slot of each task, -1 for one that is not linked; earlier tasks weigh at least as much.

    ``start`` (n + 1,) and ``slots`` list the slots of each task; ``slot_room`` (m,) and ``slot_store`` (m,) describe
    the slots, ordered by store: those of store ``k`` are ``store_start[k]`` to ``store_start[k + 1]``. All are int64.
    """
    tasks, places, stores = start.size - 1, slot_room.size, store_room.size
    taken, after = np.full(tasks, -1), np.full(tasks, -1)
    first = np.full(places, -1)
    slot_used, store_used = np.zeros(places, dtype=np.int64), np.zeros(stores, dtype=np.int64)
    seen, store_seen = np.full(places, -1), np.full(stores, -1)
    slot_task, by_store = np.full(places, -1), np.zeros(places, dtype=np.bool_)
    store_slot, queue = np.full(stores, -1), np.empty(places, dtype=np.int64)
    left = store_room.sum()
    for root in range(tasks):
        if left == 0:
            break
        head, tail, found = 0, 0, -1
        for e in range(start[root], start[root + 1]):
            slot = slots[e]
            if seen[slot] < root:
                seen[slot], slot_task[slot], by_store[slot] = root, root, False
                queue[tail] = slot
                tail += 1
        while head < tail and found < 0:
            slot = queue[head]
            head += 1
            store = slot_store[slot]
            if slot_used[slot] < slot_room[slot] and store_seen[store] < root:
                store_seen[store], store_slot[store] = root, slot
                if store_used[store] < store_room[store]:
                    found = store
                    break
                for other in range(store_start[store], store_start[store + 1]):
                    if slot_used[other] > 0 and seen[other] < root:
                        seen[other], by_store[other] = root, True
                        queue[tail] = other
                        tail += 1
            task = first[slot]
            while task >= 0:
                for e in range(start[task], start[task + 1]):
                    other = slots[e]
                    if seen[other] < root:
                        seen[other], slot_task[other], by_store[other] = root, task, False
                        queue[tail] = other
                        tail += 1
                task = after[task]
        if found >= 0:
            left -= 1
            _commit(
                found, store_slot, slot_store, slot_task, by_store, taken, first, after, slot_used, store_used
            )
            continue
        for i in range(tail):
            seen[queue[i]] = DEAD
        for store in range(stores):
            if store_seen[store] == root:
                store_seen[store] = DEAD
    return taken
