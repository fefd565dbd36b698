"""The hash tree against pymerkle, an outside RFC 6962 / 9162 implementation."""

import pytest
from pymerkle import InmemoryTree

from equipoise.exchange.protocol import tree

LEAVES = [f"leaf {i}".encode() for i in range(40)]


def node(level, index):
    """Return the hash of a whole subtree, by the definition of RFC 6962."""
    if level == 0:
        return tree.leaf_hash(LEAVES[index])
    return tree.node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))


@pytest.mark.outside
@pytest.mark.parametrize("size", range(1, 41))
def test_heads_are_pymerkles(size):
    # source: pymerkle 6.1, InmemoryTree with SHA-256
    outside = InmemoryTree(algorithm="sha256")
    frontier = tree.Frontier()
    for leaf in LEAVES[:size]:
        outside.append_entry(leaf)
        frontier.append(leaf)
    assert frontier.root() == outside.get_root()
    assert tree.root_of(node, size) == frontier.root()


@pytest.mark.identity
def test_proofs_hold_and_wrong_ones_do_not():
    hashes = [tree.leaf_hash(leaf) for leaf in LEAVES]
    for new in range(1, 25):
        new_root = tree.root_of(node, new)
        for old in range(1, new + 1):
            old_root = tree.root_of(node, old)
            proof = tree.consistency_proof(node, old, new)
            sizes = {"old_size": old, "new_size": new}
            assert tree.consistent(**sizes, old_root=old_root, new_root=new_root, proof=proof)
            assert not tree.consistent(**sizes, old_root=bytes(32), new_root=new_root, proof=proof)
            leaf = {"index": old - 1, "size": new, "proof": tree.inclusion_proof(node, old - 1, new)}
            assert tree.included(hashes[old - 1], **leaf, root=new_root)
            assert not tree.included(hashes[old - 1], **leaf, root=bytes(32))
