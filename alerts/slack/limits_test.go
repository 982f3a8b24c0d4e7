package slack_test

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"goodstanding/alerts/slack"
	"goodstanding/alerts/slack/slackfake"
	"goodstanding/monitor"
)

// hostile draws a text that means harm: markup of every kind, much of it, or just any characters.
func hostile(t *rapid.T) string {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{
			"<!channel>", "<@U123>", "<https://evil.example|click>", "&", "<", ">", `"`, `\`, "`", "```", "*bold*", "_i_", "~s~",
			"\n", "\r\n", "\t", "\x00", "\x1b[31m", "\u202e", "\u200b", "\u2028", "\xff\xfe", "😀", "👩‍👩‍👧", "e\u0301", "\u0301", "漢", " ",
			"&lt;", "&amp;lt;", "@channel", ":tada:", "\U000e0041", "\u3164", "|", "north",
		}),
		rapid.String(),
	).Draw(t, "piece")
	times := rapid.SampledFrom([]int{0, 1, 1, 2, 50, 5000}).Draw(t, "times")
	return rapid.SampledFrom([]string{"", "x", "A long word "}).Draw(t, "before") + strings.Repeat(piece, times)
}

func drawNumber(t *rapid.T) *float64 {
	v := rapid.OneOf(
		rapid.Float64Range(0, 1),
		rapid.SampledFrom([]float64{0, 1, 12, -1, 1e300, math.NaN(), math.Inf(1), math.SmallestNonzeroFloat64, math.Copysign(0, -1)}),
	).Draw(t, "number")
	return rapid.SampledFrom([]*float64{nil, &v}).Draw(t, "pointer")
}

func drawInt(t *rapid.T) int {
	return rapid.SampledFrom([]int{0, 1, 2, 500, math.MaxInt, math.MinInt}).Draw(t, "int")
}

func drawDay(t *rapid.T) monitor.Day {
	return monitor.Day(rapid.SampledFrom([]int32{0, 20000, math.MaxInt32, math.MinInt32}).Draw(t, "day"))
}

func drawTime(t *rapid.T) time.Time {
	return rapid.SampledFrom([]time.Time{{}, time.Unix(1763629200, 0), time.Unix(1<<60, 0)}).Draw(t, "time")
}

// most draws lists of no, few and too many things.
func most[V any](t *rapid.T, draw func(*rapid.T) V) []V {
	n := rapid.SampledFrom([]int{0, 1, 3, 12, 60}).Draw(t, "n")
	one := draw(t)
	var all []V
	for range n {
		all = append(all, one)
	}
	return all
}

func drawNotice(t *rapid.T) monitor.Notice {
	count := drawInt(t)
	n := monitor.Notice{
		ID: int64(drawInt(t)),
		Key: monitor.AlertKey{
			Account: hostile(t), Marketplace: monitor.Marketplace(rapid.SampledFrom([]string{"", "Amazon.de", "Amazon.com", hostile(t)}).Draw(t, "market")),
			Signal: monitor.Signal(hostile(t)), Subject: hostile(t),
		},
		Event:    rapid.SampledFrom([]monitor.Event{monitor.Opened, monitor.Escalated, monitor.Eased, monitor.Resolved, monitor.WentBlind, "?"}).Draw(t, "event"),
		At:       drawTime(t),
		Severity: monitor.Severity(rapid.SampledFrom([]string{"ok", "watch", "warning", "critical", "blind", hostile(t)}).Draw(t, "severity")),
		Was:      monitor.Severity(hostile(t)),
		Reason:   hostile(t),
		Finding: monitor.Finding{
			Severity: monitor.Severity(rapid.SampledFrom([]string{"ok", "warning", hostile(t)}).Draw(t, "finding's severity")),
			Value:    drawNumber(t), Limit: drawNumber(t), Defects: drawInt(t), Orders: drawInt(t), Unknown: drawInt(t),
			Headroom: rapid.SampledFrom([]*int{nil, &count}).Draw(t, "headroom"), Recovery: rapid.SampledFrom([]*int{nil, &count}).Draw(t, "recovery"),
			Summary: hostile(t), Advice: hostile(t), DataAsOf: drawTime(t),
			Details: most(t, hostile),
			Drivers: most(t, func(t *rapid.T) monitor.Driver {
				return monitor.Driver{Kind: hostile(t), Name: hostile(t), Defects: drawInt(t), Orders: drawInt(t)}
			}),
			Evidence: most(t, func(t *rapid.T) monitor.Evidence {
				return monitor.Evidence{OrderID: hostile(t), SKU: hostile(t), ASIN: hostile(t), Date: drawDay(t), ShipBy: drawTime(t), Confirmed: drawTime(t), Why: hostile(t),
					Source: monitor.Source{File: hostile(t), Line: drawInt(t)}}
			}),
			Quotes: most(t, func(t *rapid.T) monitor.Quote {
				return monitor.Quote{OrderID: hostile(t), Day: drawDay(t), Rating: drawInt(t), Comment: hostile(t)}
			}),
		},
	}
	key := func(t *rapid.T) monitor.AlertKey {
		return monitor.AlertKey{Account: hostile(t), Marketplace: "Amazon.de", Signal: monitor.Signal(hostile(t)), Subject: hostile(t)}
	}
	n.Changed = hostile(t)
	n.Channel = hostile(t)
	n.Acked = monitor.Ack{By: hostile(t), At: drawTime(t), Until: drawTime(t)}
	n.Snoozed = n.Acked
	n.Kind = rapid.SampledFrom([]monitor.NoticeKind{"", "alert", "group", "reminder", "catch_up", "digest", "silence_expiring", "test", "?"}).Draw(t, "kind")
	if n.Kind != "" && n.Kind != "alert" {
		n.More = drawInt(t)
		n.Members = most(t, func(t *rapid.T) monitor.Notice {
			return monitor.Notice{Key: key(t), Event: n.Event, Severity: n.Severity, At: n.At, Finding: n.Finding, Acked: n.Acked}
		})
		line := func(t *rapid.T) monitor.DigestLine {
			return monitor.DigestLine{Key: key(t), Severity: n.Severity, At: drawTime(t), Summary: hostile(t), Acked: n.Acked, Silenced: true}
		}
		n.Digest = rapid.SampledFrom([]*monitor.Digest{nil, {
			Open: most(t, line), Came: most(t, line), Went: most(t, line), Blind: most(t, line), Averted: most(t, line),
			Coming: most(t, func(t *rapid.T) monitor.Coming {
				return monitor.Coming{Day: drawDay(t), Key: key(t), Kind: "roll_off", Defects: drawInt(t), Value: drawNumber(t), Limit: drawNumber(t), Summary: hostile(t)}
			}),
		}}).Draw(t, "digest")
		n.Silence = rapid.SampledFrom([]*monitor.Silence{nil, {
			Match: monitor.Match{Account: hostile(t), Signal: "x", Subject: hostile(t), From: n.Severity}, Reason: hostile(t), By: hostile(t), Until: drawTime(t),
		}}).Draw(t, "silence")
	}
	n.Hidden = most(t, func(t *rapid.T) monitor.Hidden {
		return monitor.Hidden{Key: key(t), Severity: n.Severity, Summary: hostile(t)}
	})
	if rapid.Bool().Draw(t, "window") {
		w := monitor.Window{Days: drawInt(t), From: drawDay(t), To: drawDay(t)}
		n.Finding.Window = &w
		n.Finding.Outlook = &monitor.Outlook{Day: drawDay(t), Value: 1e300, Defects: drawInt(t), Orders: drawInt(t), Window: w}
	}
	return n
}

// texts returns every text object of a message, by its type.
func texts(t interface{ Fatal(...any) }, m slack.Message) map[string][]string {
	raw, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if text, ok := v["text"].(string); ok {
				found[fmt.Sprint(v["type"])] = append(found[fmt.Sprint(v["type"])], text)
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(v)
	return found
}

var (
	entity = regexp.MustCompile(`&(amp|lt|gt);`)
	span   = regexp.MustCompile("`[^`\n]+`")
)

// harmless says what of a text could do harm, or "".
func harmless(text string) string {
	bare := entity.ReplaceAllString(text, "")
	if strings.ContainsAny(bare, "<>&") {
		return "unescaped markup"
	}
	for _, r := range text {
		if r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) ||
			r == unicode.ReplacementChar || r == '\u3164' {
			return fmt.Sprintf("the character %U", r)
		}
	}
	return ""
}

func TestAnyNoticeStaysWithinTheLimits(t *testing.T) {
	longest := 0
	rapid.Check(t, func(t *rapid.T) {
		n := drawNotice(t)
		called := n
		called.Mention = most(t, func(*rapid.T) string { return "U0123ABCD" })
		whole := slack.Render(called, botStyle)
		raw, err := json.Marshal(whole.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		if code := slackfake.Refuses(whole.Text, raw); code != "" {
			t.Fatalf("Slack refuses it with buttons: %s, %d bytes:\n%s", code, len(raw), raw)
		}
		m := slack.Render(n, slack.Style{})
		blocks, err := json.Marshal(m.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		longest = max(longest, len(blocks))
		if code := slackfake.Refuses(m.Text, blocks); code != "" {
			t.Fatalf("Slack refuses it with %s, %d bytes:\n%s", code, len(blocks), blocks)
		}
		if len(m.Text) > 3500 || m.Text == "" {
			t.Fatalf("the fallback text has %d bytes", len(m.Text))
		}
		if code := slackfake.Refuses(m.Text, nil); code != "" {
			t.Fatalf("Slack refuses the plain text with %s", code)
		}
		all := texts(t, m)
		all["fallback"] = []string{m.Text}
		for kind, list := range all {
			for _, text := range list {
				if harm := harmless(text); harm != "" {
					t.Fatalf("%s holds %s: %q", kind, harm, text)
				}
			}
		}
		for _, text := range all["mrkdwn"] {
			outside := span.ReplaceAllString(text, "")
			if strings.ContainsAny(outside, "`_~|") || strings.Count(outside, "*")%2 != 0 {
				t.Fatalf("mrkdwn with markup of the data: %q", text)
			}
		}
		for _, width := range []int{20, 77} {
			for line := range strings.SplitSeq(slack.Preview(m, false, width), "\n") {
				if harm := strings.ContainsFunc(line, unicode.IsControl); harm {
					t.Fatalf("preview with a control character: %q", line)
				}
			}
		}
	})
	t.Logf("the longest blocks had %d bytes of JSON", longest)
}

// The most that any finding can hold at once, of the characters that cost most.
func TestLargestNoticeStaysWithinTheLimits(t *testing.T) {
	for _, r := range []string{"x", "&", "<", `"`, `\`, "漢", "😀", "a b ", "é"} {
		huge := strings.Repeat(r, 20_000)
		value, limit, headroom := 0.0399999, 0.04, math.MaxInt
		day := monitor.Day(20000)
		w := monitor.Window{Days: 60, From: day, To: day}
		f := monitor.Finding{
			Severity: monitor.Warning, Value: &value, Limit: &limit, Headroom: &headroom, Recovery: &headroom, Defects: math.MaxInt,
			Orders: math.MaxInt, Unknown: math.MaxInt, Window: &w, Summary: huge, Advice: huge, DataAsOf: time.Unix(1763629200, 0),
			Outlook: &monitor.Outlook{Day: day, Value: 1e300, Orders: math.MaxInt, Defects: math.MaxInt, Window: w},
		}
		for range 1000 {
			f.Details = append(f.Details, huge)
			f.Drivers = append(f.Drivers, monitor.Driver{Kind: huge, Name: huge, Defects: math.MaxInt, Orders: math.MaxInt})
			f.Quotes = append(f.Quotes, monitor.Quote{OrderID: huge, Day: day, Rating: 5, Comment: huge})
			f.Evidence = append(f.Evidence, monitor.Evidence{OrderID: huge, Date: day, ShipBy: f.DataAsOf, Confirmed: f.DataAsOf, Why: huge})
		}
		n := monitor.Notice{
			ID: math.MaxInt64, At: f.DataAsOf, Event: monitor.Escalated, Severity: monitor.Critical, Was: monitor.Warning, Reason: huge, Finding: f,
			Key: monitor.AlertKey{Account: huge, Marketplace: monitor.Marketplace(huge), Signal: monitor.Signal(huge), Subject: huge},
		}
		started := time.Now()
		m := slack.Render(n, slack.Style{})
		if took := time.Since(started); took > time.Second {
			t.Errorf("%q: rendering took %v", r, took)
		}
		blocks, err := json.Marshal(m.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%q: %d bytes of JSON, %d of text", r, len(blocks), len(m.Text))
		if code := slackfake.Refuses(m.Text, blocks); code != "" || len(m.Text) > 3500 {
			t.Errorf("%q: refused with %q; %d bytes of text", r, code, len(m.Text))
		}
		for _, list := range texts(t, m) {
			for _, text := range list {
				if !strings.HasPrefix(text, "🛑") && len([]rune(text)) < 5 {
					t.Errorf("%q: a part has nothing left: %q", r, text)
				}
			}
		}
		if r != "a b " && !strings.Contains(string(blocks), "+990 more") {
			t.Errorf("%q: does not say that there are 990 more orders", r)
		}
	}
}

// The fallback text ends at a line, wherever the limit falls.
func TestFallbackTextEndsAtALine(t *testing.T) {
	wide := strings.Repeat("漢", 130)
	n := monitor.Notice{Event: monitor.Opened, Severity: monitor.Warning, Finding: monitor.Finding{Severity: monitor.Warning}}
	for range 8 {
		n.Finding.Details = append(n.Finding.Details, wide)
	}
	for size := 400; size < 900; size++ { // more steps than a line has bytes
		n.Finding.Advice = strings.Repeat("x", size)
		text := slack.Render(n, slack.Style{}).Text
		if len(text) > 3500 || len(text) < 3000 {
			t.Fatalf("advice of %d: %d bytes", size, len(text))
		}
		if !strings.HasSuffix(text, "漢\n…") {
			t.Fatalf("advice of %d: ends in %q", size, text[len(text)-20:])
		}
	}
}

func TestFigures(t *testing.T) {
	window := &monitor.Window{Days: 30}
	for _, c := range []struct {
		value, limit float64
		window       *monitor.Window
		want         string
	}{
		{0.036, 0.04, window, "Now 3.6 % · Limit 4 %"},
		{0.0399999, 0.04, window, "Now 3.99999 % · Limit 4 %"},
		{0.039999999999, 0.04, window, "Now 4 % · Limit 4 %"}, // no more digits than five
		{0.04, 0.04, window, "Now 4 % · Limit 4 %"},
		{math.Copysign(0, -1), 0.04, window, "Now 0 % · Limit 4 %"},
		{1, 0.9, window, "Now 100 % · Limit 90 %"},
		{3, 5, nil, "Now 3 · Limit 5"},
		{1, 1, nil, "Now 1 · Limit 1"},
		{1e300, 5, nil, "Now 1e+300 · Limit 5"},
	} {
		f := monitor.Finding{Severity: monitor.Warning, Value: &c.value, Limit: &c.limit, Window: c.window}
		text := slack.Render(monitor.Notice{Event: monitor.Opened, Severity: monitor.Warning, Finding: f}, slack.Style{}).Text
		if line := strings.Split(text, "\n")[1]; !strings.HasPrefix(line+" ·", c.want+" ·") {
			t.Errorf("%v of %v: %q, want %q", c.value, c.limit, line, c.want)
		}
	}
}

// FuzzRender looks for a text that gets through as markup, wherever it stands.
func FuzzRender(f *testing.F) {
	for _, s := range []string{"<!channel>", "a`b", "&lt;", "\u202e", "x\ny", strings.Repeat("\"", 4000), "\xc0\xaf"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := monitor.Notice{
			Key:      monitor.AlertKey{Account: s, Signal: monitor.Signal(s), Subject: s},
			Event:    monitor.Opened,
			Severity: monitor.Warning,
			Finding: monitor.Finding{
				Severity: monitor.Warning, Summary: s, Details: []string{s}, Advice: s,
				Drivers: []monitor.Driver{{Kind: s, Name: s}}, Evidence: []monitor.Evidence{{OrderID: s, Why: s}},
				Quotes: []monitor.Quote{{OrderID: s, Comment: s}},
			},
		}
		n.Changed, n.Reason, n.Instead = s, s, s
		n.Acked = monitor.Ack{By: s, At: n.At, Until: n.At.Add(time.Hour)}
		n.Hidden = []monitor.Hidden{{Key: n.Key, Summary: s}}
		group, silence, digest := n, n, n
		group.Kind, group.Members = monitor.KindGroup, []monitor.Notice{n, {Key: n.Key, Event: monitor.Resolved}}
		silence.Kind, silence.Silence = monitor.KindSilence, &monitor.Silence{Match: monitor.Match{Account: s, Subject: s}, Reason: s, By: s}
		digest.Kind, digest.Digest = monitor.KindDigest, &monitor.Digest{Open: []monitor.DigestLine{{Key: n.Key, Summary: s, Acked: n.Acked}}, Coming: []monitor.Coming{{Key: n.Key, Summary: s}}}
		for _, n := range []monitor.Notice{n, group, silence, digest} {
			m := slack.Render(n, slack.Style{})
			for _, list := range texts(t, m) {
				for _, text := range list {
					if harm := harmless(text); harm != "" {
						t.Errorf("%q: %s: %q", n.Kind, harm, text)
					}
				}
			}
			if harm := harmless(m.Text); harm != "" {
				t.Errorf("%q: fallback with %s: %q", n.Kind, harm, m.Text)
			}
		}
	})
}
