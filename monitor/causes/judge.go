package causes

import (
	"cmp"
	"math"
	"slices"

	"goodstanding/monitor"
)

// find is a phrase that was found: tokens from..to-1.
type find struct {
	rule     *rule
	from, to int32
	words    int32 // of its own, without those in gaps
}

// match looks for every phrase of the languages.
func (p *passage) match(b *phrasebook, active activeLanguages) {
	p.keep(b, active)
	p.notedFrom, p.notedTo = 0, 0
	for from := 0; from < len(p.tokens); {
		to := p.note(from)
		for at := from; at < to; at++ {
			t := p.tokens[at]
			for _, s := range p.sets[t.setsFrom:t.setsTo] {
				for _, n := range b.starts[s] {
					r := &b.rules[n]
					if r.wide && !p.hasAll(&r.program) || !r.wide && !p.ahead(&r.program, at) {
						continue
					}
					end, words := p.run(&r.program, at)
					switch {
					case end <= at:
					case r.kind == ruleCause:
						p.finds = append(p.finds, find{r, int32(at), int32(end), int32(words)})
					default:
						p.marks = append(p.marks, find{r, int32(at), int32(end), int32(words)})
					}
				}
			}
		}
		from = to
	}
}

// keep drops the word sets of other languages, and notes which ones are left.
func (p *passage) keep(b *phrasebook, active activeLanguages) {
	if len(p.present) < b.sets {
		p.present, p.last, p.where = make([]uint32, b.sets), make([]uint32, b.sets), make([]uint64, b.sets)
		p.turn, p.base = 0, 0
	}
	p.turn++
	if p.base += maxPassageTokens; p.base > math.MaxUint32-2*maxPassageTokens { // once in 200,000 comments
		clear(p.present)
		clear(p.last)
		p.turn, p.base = 1, maxPassageTokens
	}
	kept := p.sets[:0]
	for i := range p.tokens {
		t := &p.tokens[i]
		from := len(kept)
		for _, s := range p.sets[t.setsFrom:t.setsTo] {
			if active.on[b.languageOf[s]] {
				kept = append(kept, s)
				p.present[s] = p.turn
			}
		}
		slices.Sort(kept[from:])
		t.setsFrom, t.setsTo = int32(from), int32(len(kept))
	}
	p.sets = kept
}

// note notes where in the sentence from a token on the words of each set are, and returns the token behind the sentence.
func (p *passage) note(from int) int {
	at := from
	for ; at < len(p.tokens) && p.tokens[at].sentence == p.tokens[from].sentence; at++ {
		t := &p.tokens[at]
		for _, s := range p.sets[t.setsFrom:t.setsTo] {
			if p.last[s] < p.base+uint32(from) {
				p.where[s] = 0
			}
			p.last[s] = p.base + uint32(at)
			p.where[s] |= 1 << (at - from) // nothing from the 64th token on
		}
	}
	p.notedFrom, p.notedTo = from, min(at, from+64)
	return at
}

// judge decides which of the phrases count, and returns the passages by cause.
func (p *passage) judge(b *phrasebook) []monitor.Because {
	p.cut()
	var strong, weak [16][]find
	var causes uint32
	for _, f := range p.finds {
		if len(strong[f.rule.cause]) > maxPassages || !p.counts(f) {
			continue
		}
		if causes |= 1 << f.rule.cause; f.rule.weak {
			if len(weak[f.rule.cause]) <= maxPassages {
				weak[f.rule.cause] = append(weak[f.rule.cause], f)
			}
		} else {
			strong[f.rule.cause] = append(strong[f.rule.cause], f)
		}
	}
	if causes == 0 {
		return nil
	}
	var out []monitor.Because
	for c, cause := range monitor.Causes() {
		passages := strong[c]
		if len(passages) > 0 || twoOfAKind(weak[c]) {
			passages = append(passages, weak[c]...)
		}
		for _, f := range merge(passages) {
			out = append(out, monitor.Because{Cause: cause, Words: p.text[p.tokens[f.from].start:p.tokens[f.to-1].end]})
		}
	}
	return out
}

// twoOfAKind says whether two different phrases were found in different places.
func twoOfAKind(weak []find) bool {
	for i, a := range weak {
		for _, b := range weak[:i] {
			if a.rule != b.rule && (a.from >= b.to || b.from >= a.to) {
				return true
			}
		}
	}
	return false
}

// merge joins passages that overlap and keeps the first few.
func merge(all []find) []find {
	if len(all) < 2 {
		return all
	}
	slices.SortFunc(all, func(a, b find) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	out := all[:1]
	for _, f := range all[1:] {
		if last := &out[len(out)-1]; f.from < last.to {
			last.to = max(last.to, f.to)
		} else if len(out) == maxPassages {
			break
		} else {
			out = append(out, f)
		}
	}
	return out
}

// cut ends clauses before words such as but.
func (p *passage) cut() {
	p.clauses = append(p.clauses[:0], make([]int32, len(p.tokens))...)
	for _, f := range p.marks {
		if f.rule.kind == ruleBorder {
			p.clauses[f.from] = 1
		}
	}
	more := int32(0)
	for i := range p.tokens {
		more += p.clauses[i]
		p.clauses[i] = p.tokens[i].clause + more
	}
}

// counts says whether a phrase for a cause means it where it stands.
func (p *passage) counts(f find) bool {
	r := f.rule
	first, _ := slices.BinarySearchFunc(p.marks, f.from-maxSpan-maxReach, func(o find, from int32) int { return cmp.Compare(o.from, from) })
	for _, o := range p.marks[first:] {
		if o.from > f.to+maxReach {
			break
		}
		switch o.rule.kind {
		case ruleExcept:
			if r.excepted && (o.rule.cause == r.cause || o.rule.cause < 0) && o.from < f.to && f.from < o.to && (o.words >= f.words || !o.rule.excepted) && p.guarded(o) {
				return false
			}
		case ruleNegation:
			if r.negatable && p.reaches(o, f, o.to <= f.to) && !p.excepted(o, ruleNegationExcept) {
				return false
			}
		case ruleNegationAfter:
			if r.negatable && o.from >= f.to && int(o.from-f.to) <= o.rule.reach && p.clauses[o.from] == p.clauses[f.to-1] && !p.excepted(o, ruleNegationExcept) {
				return false
			}
		case ruleCondition:
			if r.conditional && o.to <= f.from && int(f.from-o.to) <= o.rule.reach && p.tokens[o.from].sentence == p.tokens[f.from].sentence &&
				p.guarded(o) && !p.excepted(o, ruleConditionExcept) {
				return false
			}
		}
	}
	return p.guarded(f)
}

// reaches says whether a negation is inside a phrase, or before it in the same clause and near.
func (p *passage) reaches(negation, f find, within bool) bool {
	if negation.from >= f.from {
		return within && negation.to <= f.to
	}
	return negation.to <= f.from && int(f.from-negation.to) <= negation.rule.reach && p.clauses[negation.to-1] == p.clauses[f.from]
}

func (p *passage) excepted(o find, kind ruleKind) bool {
	first, _ := slices.BinarySearchFunc(p.marks, o.from-maxSpan, func(e find, from int32) int { return cmp.Compare(e.from, from) })
	for _, e := range p.marks[first:] {
		if e.from >= o.to {
			break
		}
		if e.rule.kind == kind && e.from < o.to && o.from < e.to {
			return true
		}
	}
	return false
}

// guarded says whether all is there, and nothing is there, that the phrase asks for.
func (p *passage) guarded(f find) bool {
	r := f.rule
	if r.sentence == nil && r.comment == nil && r.notSentence == nil && r.notComment == nil {
		return true
	}
	from, to := int(f.from), int(f.to)
	for from > 0 && p.tokens[from-1].sentence == p.tokens[f.from].sentence {
		from--
	}
	for to < len(p.tokens) && p.tokens[to].sentence == p.tokens[f.from].sentence {
		to++
	}
	for _, g := range []struct {
		programs []program
		from, to int
		want     bool
	}{{r.sentence, from, to, true}, {r.notSentence, from, to, false}, {r.comment, 0, len(p.tokens), true}, {r.notComment, 0, len(p.tokens), false}} {
		for i := range g.programs {
			if p.has(&g.programs[i], g.from, g.to) != g.want {
				return false
			}
		}
	}
	return true
}

func (p *passage) has(prog *program, from, to int) bool {
	whole := from == 0 && to == len(p.tokens)
	if had, ok := p.had[prog]; ok && whole {
		return had
	}
	found := p.find(prog, from, to)
	if whole {
		p.had[prog] = found
	}
	return found
}

func (p *passage) find(prog *program, from, to int) bool {
	if !p.hasAll(prog) {
		return false
	}
	for _, s := range prog.starts {
		if p.present[s] != p.turn {
			continue
		}
		for at := from; at < to; at++ {
			if !p.in(at, s) {
				continue
			}
			if end, _ := p.run(prog, at); end >= 0 {
				return true
			}
		}
	}
	return false
}
