package causes

import (
	"slices"
	"strings"
)

// setID is a set of words that some phrase asks for. Sets of one language have numbers of one range.
type setID uint16

// lexicon finds the sets that a word is in: a tree by letters from the front, one from the back.
type lexicon struct {
	front, back letterTree
	numbers     []setID // with any number in digits
	sets        int
}

type letterTree struct {
	nodes []letterNode
	first [256]int32 // the nodes below the first, which has most edges; 0: none
}

type letterNode struct {
	edges []letterEdge // sorted by letter
	exact []setID      // sets with the word that ends here
	open  []setID      // with every word that begins so
}

type letterEdge struct {
	letter byte
	to     int32
}

func (x *lexicon) newSet() setID {
	x.sets++
	return setID(x.sets - 1)
}

// add puts a word into a set: word, word*, *word or #.
func (x *lexicon) add(word string, set setID) {
	switch {
	case word == "#":
		x.numbers = append(x.numbers, set)
	case strings.HasPrefix(word, "*"):
		letters := []byte(strings.Trim(word, "*"))
		slices.Reverse(letters)
		n := x.back.grow(letters)
		x.back.nodes[n].open = append(x.back.nodes[n].open, set)
	case strings.HasSuffix(word, "*"):
		n := x.front.grow([]byte(word[:len(word)-1]))
		x.front.nodes[n].open = append(x.front.nodes[n].open, set)
	default:
		n := x.front.grow([]byte(word))
		x.front.nodes[n].exact = append(x.front.nodes[n].exact, set)
	}
}

func (t *letterTree) grow(letters []byte) int32 {
	if len(t.nodes) == 0 {
		t.nodes = append(t.nodes, letterNode{})
	}
	at := int32(0)
	for _, c := range letters {
		i, found := slices.BinarySearchFunc(t.nodes[at].edges, c, func(e letterEdge, c byte) int { return int(e.letter) - int(c) })
		if !found {
			t.nodes = append(t.nodes, letterNode{})
			t.nodes[at].edges = slices.Insert(t.nodes[at].edges, i, letterEdge{c, int32(len(t.nodes) - 1)})
			if at == 0 {
				t.first[c] = int32(len(t.nodes) - 1)
			}
		}
		at = t.nodes[at].edges[i].to
	}
	return at
}

func (t *letterTree) step(at int32, c byte) int32 {
	if at == 0 {
		if to := t.first[c]; to > 0 {
			return to
		}
		return -1
	}
	edges := t.nodes[at].edges
	for i := range edges {
		if edges[i].letter == c {
			return edges[i].to
		}
	}
	return -1
}

// lookup appends the sets that a word is in.
func (x *lexicon) lookup(dst []setID, word []byte, number bool) []setID {
	if number {
		dst = append(dst, x.numbers...)
	}
	if len(x.front.nodes) > 0 {
		at := int32(0)
		for _, c := range word {
			if at = x.front.step(at, c); at < 0 {
				break
			}
			dst = append(dst, x.front.nodes[at].open...)
		}
		if at >= 0 {
			dst = append(dst, x.front.nodes[at].exact...)
		}
	}
	if len(x.back.nodes) > 0 {
		at := int32(0)
		for _, c := range slices.Backward(word) {
			if at = x.back.step(at, c); at < 0 {
				break
			}
			dst = append(dst, x.back.nodes[at].open...)
		}
	}
	return dst
}
