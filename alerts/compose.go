package alerts

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
)

// fullMembers is how many members of a message keep the orders behind them: more would not be read.
const fullMembers = 10

// serve says what is to be said now in a channel, and holds back the rest.
func (t *talk) serve(ch Channel, words []word) {
	t.hideBlind(ch)
	var edits, now, late []word // late: they were held back, or Goodstanding was away, and are told together
	for _, w := range words {
		if w.notice.Channel != ch.Name {
			continue
		}
		if w.notice.Event == monitor.WentBlind {
			if cause := t.causeOf(ch, w.notice.Key); cause != nil {
				t.hide(ch, cause, w.notice)
				w.notice.Quiet = true
			}
		}
		why, until := t.holding(ch, w)
		was := w.held()
		switch {
		case w.gone && (why != "" && why != monitor.HeldQuiet || was != "" && was != monitor.HeldQuiet || was == "" && why == "" && !t.CatchUp):
			t.pass(w.rows) // nobody wanted to hear of it
		case why != "":
			t.hold(w, why, until)
		case w.notice.Quiet:
			edits = append(edits, w)
		case was != "" && was != monitor.HeldHidden || t.CatchUp:
			late = append(late, w)
		default:
			now = append(now, w)
		}
	}
	for _, w := range slices.Concat(edits, now, late) {
		t.pass(w.rows)
	}
	for _, w := range edits {
		t.say(w)
	}
	if t.CatchUp {
		late = append(late, t.reminders(ch, func(w word) bool { return t.among(late, w) })...)
	}
	if len(late) == 1 && !late[0].gone {
		now, late = append(now, late...), nil
	}
	if len(late) > 0 {
		t.together(monitor.KindCatchUp, ch.Name, append(late, now...))
		now = nil
	}
	t.byAccount(now, func(own []word) { t.account(ch, own) })
	t.byAccount(t.reminders(ch, nil), func(own []word) {
		if len(own) == 1 {
			t.say(own[0])
		} else {
			t.together(monitor.KindReminder, ch.Name, own)
		}
	})
}

// among says whether a word about the alert of another is in a list.
func (t *talk) among(words []word, w word) bool {
	return slices.ContainsFunc(words, func(o word) bool { return o.notice.Key == w.notice.Key })
}

// byAccount gives each account's words, in the order of the accounts' first.
func (t *talk) byAccount(words []word, each func([]word)) {
	for len(words) > 0 {
		account := words[0].notice.Key.Account
		var own []word
		own, words = split(words, func(w word) bool { return w.notice.Key.Account == account })
		each(own)
	}
}

// split parts words in two, each in its order.
func split(words []word, is func(word) bool) (yes, no []word) {
	for _, w := range words {
		if is(w) {
			yes = append(yes, w)
		} else {
			no = append(no, w)
		}
	}
	return yes, no
}

// account says what came of one account at one time: two that open, or three that change, are one message.
func (t *talk) account(ch Channel, words []word) {
	fresh, _ := split(words, func(w word) bool { return w.fresh })
	if len(words) >= 2 && len(fresh) == 0 {
		thread := t.heard(toldKey{words[0].notice.Key, ch.Name}).Thread
		if others, _ := split(words, func(w word) bool { return t.heard(toldKey{w.notice.Key, ch.Name}).Thread != thread }); len(others) == 0 {
			t.within(ch.Name, thread, words)
			return
		}
	}
	if len(fresh) >= 2 || len(words) >= 3 {
		t.together(monitor.KindGroup, ch.Name, words)
		return
	}
	for _, w := range words {
		t.say(w)
	}
}

// say writes a notice about one alert.
func (t *talk) say(w word) {
	n := w.notice
	n.Kind = monitor.KindAlert
	n.Mention = t.mention(n)
	u := t.note(w, threadName(n.Key, t.At))
	n.Thread, n.Changed, n.Hidden, n.At = u.Thread, u.Last.Changed, u.Last.Hidden, t.At
	n.Members, n.More = t.members(n.Channel, u.Thread)
	if len(n.Members) == 1 {
		n.Members = nil
	}
	t.out.Notices = append(t.out.Notices, n)
}

// note notes in what a channel has heard that a word is said, in a new living message if it has heard nothing yet.
func (t *talk) note(w word, thread string) *monitor.Told {
	n := w.notice
	k := toldKey{n.Key, n.Channel}
	u := monitor.Told{Key: n.Key, Channel: n.Channel, Thread: thread, Raised: t.At}
	if was := t.heard(k); was != nil {
		u = *was
		if n.Event == monitor.Escalated {
			u.Raised = t.At
		}
		if !n.Quiet {
			n.Changed = changed(was.Last.Finding, n.Finding)
		}
	}
	n.Kind, n.Thread, n.At = monitor.KindAlert, u.Thread, t.At
	n.Hidden = t.hidden[k]
	last := brief(n)
	switch {
	case n.Event == monitor.Reminded:
		u.Reminders++
	case !n.Quiet:
		u.Reminders = 0
	case !u.Last.At.IsZero(): // an edit is no word: what people have read counts from the last one
		last.At = u.Last.At
		if n.Severity != monitor.OK {
			last.Finding = u.Last.Finding
		}
	}
	u.Last = last
	u.Next = t.next(&u)
	t.save(&u)
	t.spoken[k] = t.spoken[k] || !n.Quiet
	return &u
}

// brief leaves out what only the message itself needs.
func brief(n monitor.Notice) monitor.Notice {
	n.Members, n.More, n.Mention, n.Root = nil, 0, nil, ""
	n.Finding.Evidence, n.Finding.Quotes, n.Finding.Calendar = nil, nil, nil
	return n
}

// members returns what a living message is about, as told, and how many more there are.
func (t *talk) members(channel, thread string) (members []monitor.Notice, more int) {
	for _, u := range t.threadOf(channel, thread) {
		members = append(members, u.Last)
	}
	return capped(members)
}

func capped(members []monitor.Notice) ([]monitor.Notice, int) {
	if n := len(members); n > monitor.MaxMembers {
		return members[:monitor.MaxMembers], n - monitor.MaxMembers
	}
	return members, 0
}

// within says several changes of one living message at once.
func (t *talk) within(channel, thread string, words []word) {
	n := t.leading(monitor.KindGroup, words)
	n.Thread = thread
	var parts []string
	for _, w := range words {
		t.note(w, thread)
		if len(parts) < 5 {
			parts = append(parts, fmt.Sprintf("%s: %s", w.notice.Event, w.notice.Finding.Summary))
		}
	}
	if more := len(words) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	n.Changed = strings.Join(parts, "; ")
	n.Members, n.More = t.members(channel, thread)
	t.out.Notices = append(t.out.Notices, n)
}

// together says several words as one message. Those that the channel has heard of keep their own living messages, which are
// edited.
func (t *talk) together(kind monitor.NoticeKind, channel string, words []word) {
	n := t.leading(kind, words)
	n.Thread = strings.Join([]string{n.Key.Account, string(kind), t.At.UTC().Format(time.RFC3339)}, "/")
	var members []monitor.Notice
	for _, w := range words {
		m := w.notice
		m.Kind, m.At, m.Thread = monitor.KindAlert, t.At, n.Thread
		if w.gone {
			members = append(members, brief(m))
			continue
		}
		known := t.heard(toldKey{m.Key, channel})
		u := t.note(w, n.Thread)
		m.Changed, m.Hidden, m.Thread = u.Last.Changed, u.Last.Hidden, u.Thread
		members = append(members, m)
		if known != nil {
			t.edit(m)
		}
	}
	slices.SortStableFunc(members, func(a, b monitor.Notice) int { return b.Severity.Rank() - a.Severity.Rank() })
	n.Members, n.More = capped(members)
	for i := range n.Members {
		if i >= fullMembers {
			n.Members[i] = brief(n.Members[i])
		}
	}
	t.out.Notices = append(t.out.Notices, n)
}

// edit brings a living message up to date without a word.
func (t *talk) edit(n monitor.Notice) {
	n.Quiet = true
	n.Members, n.More = t.members(n.Channel, n.Thread)
	if len(n.Members) == 1 {
		n.Members = nil
	}
	t.out.Notices = append(t.out.Notices, n)
}

// leading makes the notice of several words: its columns are those of the worst.
func (t *talk) leading(kind monitor.NoticeKind, words []word) monitor.Notice {
	lead := slices.MinFunc(words, func(a, b word) int {
		return cmp.Or(b.notice.Severity.Rank()-a.notice.Severity.Rank(), compareKeys(a.notice.Key, b.notice.Key))
	}).notice
	n := monitor.Notice{
		Kind: kind, Key: lead.Key, Event: lead.Event, At: t.At, Severity: lead.Severity, Was: lead.Was, Channel: lead.Channel,
		Finding: brief(lead).Finding, Reason: lead.Reason,
	}
	for _, w := range words {
		if w.notice.Key.Account != n.Key.Account {
			n.Key = monitor.AlertKey{} // of several accounts
			break
		}
	}
	for _, w := range words {
		for _, who := range t.mention(w.notice) {
			if !slices.Contains(n.Mention, who) {
				n.Mention = append(n.Mention, who)
			}
		}
	}
	return n
}

// mention returns who is mentioned when a word is said: only for bad news.
func (t *talk) mention(n monitor.Notice) []string {
	if n.Quiet || n.Event != monitor.Opened && n.Event != monitor.Escalated && n.Event != monitor.Unanswered {
		return nil
	}
	return t.route(n.Key, n.Severity).Mention
}
