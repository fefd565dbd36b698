// Checks tiled logs with golang.org/x/mod/sumdb/note and sumdb/tlog, for validation/exchange_formats.py and test_open_formats.py.
//
// Usage: tlog_check FOLDER. Each folder in FOLDER is a log as tlog-tiles lays it out, with the verifier keys in "vkeys" and,
// if there, a tlog-proof in "proof" and a tlog-witness request in "request" with the old root (base64) in "old-root".
// For each log one line: its name, and "ok" or "refused" with the reason.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// folder reads tiles at their C2SP paths: "tile/L/N", where sumdb would say "tile/8/L/N".
type folder string

func (f folder) Height() int { return 8 }

func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		if len(data) != t.W*tlog.HashSize {
			return nil, errors.New("a tile of another size")
		}
		out = append(out, data)
	}
	return out, nil
}

// cosignature verifies type 4 of tlog-cosignature, which sumdb/note does not know.
type cosignature struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosignature) Name() string    { return c.name }
func (c cosignature) KeyHash() uint32 { return c.hash }
func (c cosignature) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}

func verifier(vkey string) (note.Verifier, error) {
	if v, err := note.NewVerifier(vkey); err == nil {
		return v, nil
	}
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("no key")
	}
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) == 0 || raw[0] != 4 {
		return nil, nil // a type that this program does not know, such as ML-DSA-44
	}
	return cosignature{parts[0], uint32(hash), ed25519.PublicKey(raw[1:])}, nil
}

func checkpoint(text []byte, vs []note.Verifier) (tlog.Tree, error) {
	n, err := note.Open(text, note.VerifierList(vs...))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(n.Sigs) != len(vs) {
		return tlog.Tree{}, fmt.Errorf("%d of %d known keys signed", len(n.Sigs), len(vs))
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 4 {
		return tlog.Tree{}, errors.New("no checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

func hashes(lines []string) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, line := range lines {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

func entries(dir string, tree tlog.Tree, reader tlog.HashReader) error {
	var indexes []int64
	for i := int64(0); i < tree.N; i++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, i))
	}
	hashes, err := reader.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for n := int64(0); n*256 < tree.N; n++ {
		t := tlog.Tile{H: 8, L: 0, N: n, W: 256}
		if left := tree.N - n*256; left < 256 {
			t.W = int(left)
		}
		path := strings.Replace(t.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return err
		}
		for i := 0; i < t.W; i++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return errors.New("a cut bundle")
			}
			length := int(binary.BigEndian.Uint16(data))
			if hashes[n*256+int64(i)] != tlog.RecordHash(data[2:2+length]) {
				return fmt.Errorf("entry %d is not the one in the tree", n*256+int64(i))
			}
			data = data[2+length:]
		}
		if len(data) != 0 {
			return errors.New("a bundle with more than its entries")
		}
	}
	return nil
}

func proof(dir string, vs []note.Verifier, reader tlog.HashReader) error {
	text, err := os.ReadFile(filepath.Join(dir, "proof"))
	if err != nil {
		return nil
	}
	head, rest, _ := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return errors.New("no tlog-proof")
	}
	tree, err := checkpoint([]byte(rest), vs)
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(lines[1][6:], 10, 64)
	if err != nil {
		return err
	}
	steps, err := hashes(lines[2:])
	if err != nil {
		return err
	}
	leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
	if err != nil {
		return err
	}
	return tlog.CheckRecord(tlog.RecordProof(steps), tree.N, tree.Hash, index, leaf[0])
}

func request(dir string, vs []note.Verifier) error {
	text, err := os.ReadFile(filepath.Join(dir, "request"))
	if err != nil {
		return nil
	}
	root, err := os.ReadFile(filepath.Join(dir, "old-root"))
	if err != nil {
		return err
	}
	head, rest, _ := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	tree, err := checkpoint([]byte(rest), vs)
	if err != nil {
		return err
	}
	old, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64)
	if err != nil {
		return err
	}
	hash, err := tlog.ParseHash(string(root))
	if err != nil {
		return err
	}
	steps, err := hashes(lines[1:])
	if err != nil {
		return err
	}
	return tlog.CheckTree(tlog.TreeProof(steps), tree.N, tree.Hash, old, hash)
}

func check(dir string) error {
	keys, err := os.ReadFile(filepath.Join(dir, "vkeys"))
	if err != nil {
		return err
	}
	var vs []note.Verifier
	for _, line := range strings.Fields(string(keys)) {
		v, err := verifier(line)
		if err != nil {
			return err
		}
		if v != nil {
			vs = append(vs, v)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := checkpoint(text, vs)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, folder(dir))
	if err := entries(dir, tree, reader); err != nil {
		return err
	}
	if err := proof(dir, vs, reader); err != nil {
		return err
	}
	return request(dir, vs)
}

func main() {
	dirs, err := os.ReadDir(os.Args[1])
	if err != nil {
		panic(err)
	}
	for _, d := range dirs {
		if err := check(filepath.Join(os.Args[1], d.Name())); err != nil {
			fmt.Printf("%s refused: %v\n", d.Name(), err)
		} else {
			fmt.Printf("%s ok\n", d.Name())
		}
	}
}
