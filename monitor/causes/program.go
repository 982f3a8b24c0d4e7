package causes

import (
	"errors"
	"slices"
	"strings"
)

// compiler turns phrases into programs over word sets.
type compiler struct {
	lexicon *lexicon
	known   map[string]setID // by the words of the set, joined
	sets    map[*node]setID  // of nodes met before
	steps   []step           // of the phrase at hand, before they are copied
}

func (c *compiler) set(n *node) setID {
	if id, ok := c.sets[n]; ok {
		return id
	}
	id := c.setOf(n.words)
	c.sets[n] = id
	return id
}

func (c *compiler) setOf(words []string) setID {
	sorted := slices.Compact(slices.Sorted(slices.Values(words)))
	key := strings.Join(sorted, " ")
	if id, ok := c.known[key]; ok {
		return id
	}
	id := c.lexicon.newSet()
	for _, w := range sorted {
		c.lexicon.add(w, id)
	}
	c.known[key] = id
	return id
}

func (c *compiler) compile(n *node) (program, error) {
	p := program{steps: c.steps[:0]}
	c.emit(&p, n)
	c.steps = append(p.steps, step{op: opMatch})
	p.steps = slices.Clone(c.steps)
	if len(p.steps) > maxSteps {
		return p, errors.New("it is too long: split it")
	}
	p.needs, p.span = c.needs(n), min(n.span(), maxSpan)
	if n.kind == kindSeq && n.parts[0].kind == kindWords && len(p.needs) > 1 {
		p.needs = append(p.needs[1:], p.needs[0]) // the first word is there wherever the phrase is tried: ask for the others first
	}
	for i := range p.steps {
		if behind := (program{steps: p.steps}); p.steps[i].op == opGap && !behind.walkStarts(int32(i)+1, make([]bool, len(p.steps))) {
			p.steps[i].next = behind.starts
		}
	}
	seen := make([]bool, len(p.steps))
	if p.walkStarts(0, seen) {
		return p, errors.New("it needs one word that must be there, and must not begin with a gap")
	}
	return p, nil
}

// walkStarts collects the first sets from a step on; it says whether the phrase can begin with anything.
func (p *program) walkStarts(at int32, seen []bool) bool {
	for !seen[at] {
		seen[at] = true
		switch s := p.steps[at]; s.op {
		case opSet:
			if !slices.Contains(p.starts, setID(s.arg)) {
				p.starts = append(p.starts, setID(s.arg))
			}
			return false
		case opSplit:
			if p.walkStarts(s.x, seen) {
				return true
			}
			at = s.y
		case opBegin:
			at++
		default: // a gap, the end of the sentence or of the phrase
			return true
		}
	}
	return false
}

// needs returns groups of sets; of each, a word must stand in the comment, or the phrase cannot.
func (c *compiler) needs(n *node) [][]setID {
	switch n.kind {
	case kindWords:
		return [][]setID{{c.set(n)}}
	case kindSeq:
		var all [][]setID
		for _, part := range n.parts {
			all = append(all, c.needs(part)...)
		}
		return all
	case kindAlt:
		var oneOf []setID // the rarest is not known: the first group of each way will do
		for _, part := range n.parts {
			of := c.needs(part)
			if len(of) == 0 {
				return nil
			}
			oneOf = append(oneOf, of[len(of)-1]...)
		}
		return [][]setID{oneOf}
	default:
		return nil
	}
}

func (c *compiler) emit(p *program, n *node) {
	switch n.kind {
	case kindWords:
		p.steps = append(p.steps, step{op: opSet, arg: int32(c.set(n))})
	case kindSeq:
		for _, part := range n.parts {
			c.emit(p, part)
		}
	case kindGap:
		p.steps = append(p.steps, step{op: opGap, arg: int32(n.n), x: n.wide})
		p.wide = p.wide || n.wide == 1
	case kindBegin:
		p.steps = append(p.steps, step{op: opBegin})
	case kindEnd:
		p.steps = append(p.steps, step{op: opEnd})
	case kindLess:
		p.steps = append(p.steps, step{op: opLess, arg: n.wide})
	case kindOpt:
		at := len(p.steps)
		p.steps = append(p.steps, step{op: opSplit, x: int32(at + 1)})
		c.emit(p, n.parts[0])
		p.steps[at].y = int32(len(p.steps))
	case kindAlt:
		var ends []int
		for i, part := range n.parts {
			at := -1
			if i < len(n.parts)-1 {
				at = len(p.steps)
				p.steps = append(p.steps, step{op: opSplit, x: int32(at + 1)})
			}
			c.emit(p, part)
			if at >= 0 {
				ends = append(ends, len(p.steps))
				p.steps = append(p.steps, step{op: opSplit}) // a jump: both ways are the same
				p.steps[at].y = int32(len(p.steps))
			}
		}
		for _, e := range ends {
			p.steps[e].x, p.steps[e].y = int32(len(p.steps)), int32(len(p.steps))
		}
	}
}

// hasAll says whether the comment has the words that a phrase needs.
func (p *passage) hasAll(prog *program) bool {
	for _, group := range prog.needs {
		if !slices.ContainsFunc(group, func(s setID) bool { return p.present[s] == p.turn }) {
			return false
		}
	}
	return true
}

// ahead says whether the words that a phrase needs stand in the sentence that was noted, from a token on and not too far off.
func (p *passage) ahead(prog *program, at int) bool {
	least, near := p.base+uint32(at), ^uint64(0)
	if p.whole {
		near = near >> (maxSpan - prog.span) << (at - p.notedFrom)
	}
groups:
	for _, group := range prog.needs {
		for _, s := range group {
			if p.last[s] >= least && (!p.whole || p.where[s]&near != 0) {
				continue groups
			}
		}
		return false
	}
	return true
}

// run tries a phrase at a token. It returns the token behind its end, or -1, and how many of its own words it found: what
// lies in gaps does not count.
func (p *passage) run(prog *program, at int) (end, words int) {
	r := runner{p: p, steps: prog.steps, from: at, budget: 1024}
	end = r.try(0, at, p.tokens[at].sentence, false, 0)
	return end, r.words
}

type runner struct {
	p      *passage
	steps  []step
	from   int
	words  int // found on the way that led to the end
	budget int // steps left: a phrase with many gaps gives up instead of taking long
}

// try goes on from a step at a token. Words that follow each other directly stand in one clause, and so do those with a
// short gap between them; a longer gap may cross a comma.
func (r *runner) try(pc int32, at int, sentence int32, gap bool, words int) int {
	tokens := r.p.tokens
	for {
		if r.budget--; r.budget < 0 {
			return -1
		}
		switch s := &r.steps[pc]; s.op {
		case opSet:
			if at >= len(tokens) || at-r.from >= maxSpan || tokens[at].sentence != sentence || !r.p.in(at, setID(s.arg)) ||
				!gap && at > r.from && tokens[at].clause != tokens[at-1].clause {
				return -1
			}
			pc, at, gap, words = pc+1, at+1, false, words+1
		case opSplit:
			if s.x != s.y {
				if end := r.try(s.x, at, sentence, gap, words); end >= 0 {
					return end
				}
			}
			pc = s.y
		case opGap:
			hits := r.hits(s, at)
			for n := 0; n < int(s.arg); n++ {
				if s.arg <= shortGap && (n > 0 || !gap) && r.clauseEnds(at+n) { // here the phrase may end, and not go on
					return r.try(pc+1, at+n, sentence, false, words)
				}
				if s.x == 1 && at+n < len(tokens) && tokens[at+n].sentence-sentence <= 1 {
					sentence = tokens[at+n].sentence
				}
				if hits>>n&1 == 1 {
					if end := r.try(pc+1, at+n, sentence, true, words); end >= 0 {
						return end
					}
				}
				if at+n >= len(tokens) || tokens[at+n].sentence != sentence {
					return -1
				}
			}
			if hits>>s.arg&1 == 0 {
				return -1
			}
			pc, at = pc+1, at+int(s.arg)
			gap = s.arg > shortGap || !r.clauseEnds(at)
		case opBegin:
			if at > 0 && at < len(tokens) && tokens[at-1].clause == tokens[at].clause {
				return -1
			}
			pc++
		case opEnd:
			if at < len(tokens) && at > 0 && tokens[at-1].clause == tokens[at].clause {
				return -1
			}
			pc++
		case opLess:
			if !r.p.compare(r.from, at-1, s.arg == 1) {
				return -1
			}
			pc++
		case opMatch:
			r.words = words
			return at
		}
	}
}

// hits says at which of the tokens from one on a gap may end, a bit each.
func (r *runner) hits(gap *step, at int) uint64 {
	p := r.p
	if len(gap.next) == 0 || gap.x == 1 || !p.whole || at < p.notedFrom || at > p.notedTo {
		return ^uint64(0)
	}
	var words uint64
	for _, s := range gap.next {
		if p.last[s] >= p.base+uint32(p.notedFrom) {
			words |= p.where[s]
		}
	}
	return words >> (at - p.notedFrom)
}

// clauseEnds says whether a clause of the phrase ends before a token.
func (r *runner) clauseEnds(at int) bool {
	tokens := r.p.tokens
	return at > r.from && at < len(tokens) && tokens[at].clause != tokens[at-1].clause
}

// compare says whether a token is a number less than the one nearest before it, which is not before from, or greater.
func (p *passage) compare(from, at int, greater bool) bool {
	value := p.value(at)
	for before := at - 1; before >= from && value > 0; before-- {
		switch other := p.value(before); {
		case other == 0:
		case greater:
			return value > other
		case other > 1: // one is an article in most languages
			return value < other && other <= maxCount
		}
	}
	return false
}

// maxCount is the largest number that is taken for a count of pieces; larger ones are sizes.
const maxCount = 64

// value returns the number that a token is, or 0: it is none, or part of a date, a decimal number or a range.
func (p *passage) value(at int) int {
	t := &p.tokens[at]
	word := p.folded[t.from:t.to]
	if !t.number {
		return p.numbers[string(word)]
	}
	if joined(p.text, int(t.start)-1, int(t.start)-2) || joined(p.text, int(t.end), int(t.end)+1) {
		return 0
	}
	n := 0
	for _, c := range word {
		if !isDigit(c) { // 240x200, 64gb
			return 0
		}
		if n = n*10 + int(c-'0'); n > 1_000_000 {
			return 0
		}
	}
	return n
}

// joined says whether a mark that joins numbers stands at i, and a digit beyond it.
func joined(text string, i, beyond int) bool {
	if min(i, beyond) < 0 || max(i, beyond) >= len(text) || !isDigit(text[beyond]) {
		return false
	}
	return strings.IndexByte("/.,:-", text[i]) >= 0
}

// in says whether a token is in a word set.
func (p *passage) in(at int, set setID) bool {
	if p.notedFrom <= at && at < p.notedTo {
		return p.last[set] >= p.base+uint32(p.notedFrom) && p.where[set]>>(at-p.notedFrom)&1 == 1
	}
	t := &p.tokens[at]
	_, found := slices.BinarySearch(p.sets[t.setsFrom:t.setsTo], set)
	return found
}
