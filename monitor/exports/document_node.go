package exports

import (
	"slices"
	"strings"
)

// node is an element of XML or a member of JSON that is part of a record.
type node struct {
	name string // "@currency": an attribute
	text string // without blanks around it; only where there are no elements inside
	line int    // where it begins
	kids []*node
	used bool // a reader knows it
}

// isLeaf says whether the node has no elements inside, attributes aside.
func (n *node) isLeaf() bool {
	for _, k := range n.kids {
		if !strings.HasPrefix(k.name, "@") {
			return false
		}
	}
	return true
}

// deep says whether the node has elements with elements inside.
func (n *node) deep() bool {
	return slices.ContainsFunc(n.kids, func(k *node) bool { return !k.isLeaf() })
}

// step is one name of a path, which may ask for a sibling: Component[Type=Principal].
type step struct{ name, key, value string }

// steps are a path into a record.
type steps []step

// parseSteps takes a path such as ItemPrice/Component[Type=Principal]/Amount apart.
func parseSteps(path string) steps {
	var all steps
	for name := range strings.SplitSeq(path, "/") {
		name, condition, _ := strings.Cut(strings.TrimSuffix(name, "]"), "[")
		key, value, _ := strings.Cut(condition, "=")
		all = append(all, step{name, key, value})
	}
	return all
}

// all returns the nodes at a path, and notes that they, and what the path asks for, are known.
func (n *node) all(path steps) []*node {
	if n == nil {
		return nil
	}
	at := []*node{n}
	for _, s := range path {
		var next []*node
		for _, a := range at {
			for _, k := range a.kids {
				if k.name == s.name && k.meets(s) {
					next = append(next, k)
				}
			}
		}
		at = next
	}
	for _, a := range at {
		a.used = true
	}
	return at
}

// meets says whether the node has the sibling that a step asks for.
func (n *node) meets(s step) bool {
	if s.key == "" {
		return true
	}
	for _, k := range n.kids {
		if k.name == s.key && strings.EqualFold(k.text, s.value) {
			k.used = true
			return true
		}
	}
	return false
}

// first returns the text at a path, of the first node that has one.
func (n *node) first(path string) string { return firstText(n.all(parseSteps(path))) }

// firstText returns the first text of some nodes that is not blank.
func firstText(nodes []*node) string {
	for _, n := range nodes {
		if n.text != "" {
			return n.text
		}
	}
	return ""
}

// hasAll says whether the node has all of some elements, whatever is in them. Alternatives are parted by "|".
func (n *node) hasAll(names []string) bool {
	for _, alternatives := range names {
		has := false
		for _, k := range n.kids {
			has = has || oneOf(k.name, alternatives)
		}
		if !has {
			return false
		}
	}
	return true
}

// oneOf says whether a name is one of several, parted by "|".
func oneOf(name, alternatives string) bool {
	for a := range strings.SplitSeq(alternatives, "|") {
		if a == name && name != "" {
			return true
		}
	}
	return false
}
