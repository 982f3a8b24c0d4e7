package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fatih/color"

	"goodstanding/alerts/wording"
	"goodstanding/monitor"
)

// playedMessage is a message that would have been sent, in brief, and its first line.
type playedMessage struct {
	monitor.Notice
	Headline string
}

func messageOf(n monitor.Notice) playedMessage {
	m := playedMessage{n, headline(n)}
	m.Finding, m.Members, m.Hidden, m.Digest = inBrief(n.Finding), slices.Clone(n.Members), nil, nil
	for i := range m.Members {
		m.Members[i].Finding = inBrief(m.Members[i].Finding)
	}
	return m
}

// messageCount is how many messages an account made.
type messageCount struct {
	Account string
	Weeks   []int // of seven days each, from the first look; without digests
	Digests int
}

// total returns the messages of all weeks.
func (c messageCount) total() (n int) {
	for _, w := range c.Weeks {
		n += w
	}
	return n
}

// countMessages counts the messages of each account by week.
func countMessages(all []played) []messageCount {
	var counts []messageCount
	for _, p := range all {
		c := messageCount{Account: p.Account}
		if len(p.Looks) == 0 {
			continue
		}
		first, last := p.Looks[0].At, p.Looks[len(p.Looks)-1].At
		c.Weeks = make([]int, int(last.Sub(first)/(7*24*time.Hour))+1)
		for _, n := range p.Said {
			if n.Kind == monitor.KindDigest {
				c.Digests++
				continue
			}
			c.Weeks[int(n.At.Sub(first)/(7*24*time.Hour))]++
		}
		counts = append(counts, c)
	}
	return counts
}

// messageCounts prints how many messages each account made.
func (p *printer) messageCounts(all []played) {
	p.printf("\nMessages that would have been sent, by week:\n\n")
	for _, c := range countMessages(all) {
		var weeks []string
		for _, n := range c.Weeks {
			weeks = append(weeks, fmt.Sprint(n))
		}
		p.printf("  %s %4d   %s   %s\n", pad(clean(c.Account), 24), c.total(), strings.Join(weeks, " "),
			p.paint(fmt.Sprintf("and %d digests", c.Digests), color.Faint))
	}
}

// headlines prints the first line of each message.
func (p *printer) headlines(all []played) {
	var said []playedMessage
	for _, a := range all {
		said = append(said, a.Said...)
	}
	slices.SortStableFunc(said, func(a, b playedMessage) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Key.Account, b.Key.Account))
	})
	p.printf("\nMessages:\n\n")
	for _, n := range said {
		p.wrapped(n.At.Format("2006-01-02 15:04")+"  ", "                  ", n.Channel+": "+n.Headline)
	}
}

// headline returns the first line of a message. What becomes of one of several alerts is said of that one.
func headline(n monitor.Notice) string {
	if n.Kind == monitor.KindAlert {
		return wording.News(n).Headline
	}
	return wording.Compose(n).Headline
}
