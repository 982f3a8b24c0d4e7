package main

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlNode is a section, a list or a single value of a TOML file, with the line it stands on.
type tomlNode struct {
	line  int
	kind  unstable.Kind        // Table, Array, or that of the value
	keys  []string             // of a table, in the order of the file
	table map[string]*tomlNode // of a table
	list  []*tomlNode          // of an array
	value any                  // string, int64, float64 or bool; nil for the others, and for a date, which no setting takes
}

// parseTOML reads a file into a tree, or returns its first mistake of syntax.
func parseTOML(text []byte) (*tomlNode, *Mistake) {
	text = bytes.TrimPrefix(text, []byte("\uFEFF")) // as Windows Notepad writes it
	// The decoder finds what the parser, which sees one line at a time, cannot: keys that are given twice.
	var all map[string]any
	if err := toml.Unmarshal(text, &all); err != nil {
		var at *toml.DecodeError
		if !errors.As(err, &at) {
			return nil, &Mistake{Problem: strings.TrimPrefix(err.Error(), "toml: ")}
		}
		line, column := at.Position()
		return nil, &Mistake{Line: line, Column: column, Problem: strings.TrimPrefix(at.Error(), "toml: ")}
	}
	var r tomlReader
	r.Reset(text)
	root := newTable(1)
	section := root
	for r.NextExpression() {
		e := r.Expression()
		path := r.path(e.Key())
		switch e.Kind {
		case unstable.Table:
			section = root.descend(path)
			section.line = path[0].line
		case unstable.ArrayTable:
			parent, last := root.descend(path[:len(path)-1]), path[len(path)-1]
			section = newTable(last.line)
			list := parent.child(last, func() *tomlNode { return &tomlNode{line: last.line, kind: unstable.Array} })
			list.list = append(list.list, section)
		case unstable.KeyValue:
			r.set(section, path, e.Value())
		}
	}
	if err := r.Error(); err != nil { // not reached: the decoder has read it all
		return nil, &Mistake{Problem: err.Error()}
	}
	return root, nil
}

// tomlReader turns what the parser sees into nodes.
type tomlReader struct{ unstable.Parser }

// tomlKey is one part of a dotted key.
type tomlKey struct {
	name string
	line int
}

func (r *tomlReader) path(it unstable.Iterator) []tomlKey {
	var path []tomlKey
	for it.Next() {
		path = append(path, tomlKey{string(it.Node().Data), r.line(it.Node())})
	}
	return path
}

func (r *tomlReader) line(n *unstable.Node) int { return r.Shape(n.Raw).Start.Line }

// set puts a value at a dotted key of a table.
func (r *tomlReader) set(table *tomlNode, path []tomlKey, value *unstable.Node) {
	last := path[len(path)-1]
	table = table.descend(path[:len(path)-1])
	table.child(last, func() *tomlNode { return r.node(value, last.line) })
}

// node turns a value into a node; line is that of its key.
func (r *tomlReader) node(v *unstable.Node, line int) *tomlNode {
	if v.Raw.Length > 0 { // an element of a list may stand on a line of its own
		line = r.line(v)
	}
	n := &tomlNode{line: line, kind: v.Kind}
	text := string(v.Data)
	var err error
	switch v.Kind {
	case unstable.Array:
		for it := v.Children(); it.Next(); {
			n.list = append(n.list, r.node(it.Node(), line))
		}
	case unstable.InlineTable:
		n = newTable(line)
		for it := v.Children(); it.Next(); {
			r.set(n, r.path(it.Node().Key()), it.Node().Value())
		}
	case unstable.String:
		n.value = text
	case unstable.Bool:
		n.value = text == "true"
	case unstable.Integer:
		n.value, err = strconv.ParseInt(text, 0, 64)
	case unstable.Float:
		n.value, err = strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	}
	if err != nil { // not reached: the decoder has read it
		n.value = nil
	}
	return n
}

func newTable(line int) *tomlNode {
	return &tomlNode{line: line, kind: unstable.Table, table: map[string]*tomlNode{}}
}

// child returns what a table has at a key, and makes it if there is nothing.
func (n *tomlNode) child(k tomlKey, create func() *tomlNode) *tomlNode {
	c, ok := n.table[k.name]
	if !ok {
		c = create()
		n.table[k.name] = c
		n.keys = append(n.keys, k.name)
	}
	return c
}

// descend returns the table at a dotted key, and makes those that are missing. In a list of tables it is the last one.
func (n *tomlNode) descend(path []tomlKey) *tomlNode {
	for _, k := range path {
		n = n.child(k, func() *tomlNode { return newTable(k.line) })
		if len(n.list) > 0 {
			n = n.list[len(n.list)-1]
		}
	}
	return n
}
