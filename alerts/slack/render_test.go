package slack_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodstanding/alerts/slack"
	"goodstanding/monitor"
)

var update = flag.Bool("update", false, "write the golden files anew; read them before you keep them")

// notices returns the notices of testdata/render by name.
func notices(t *testing.T) map[string]monitor.Notice {
	t.Helper()
	files, err := filepath.Glob("testdata/render/*.notice.json")
	if err != nil || len(files) < 8 {
		t.Fatalf("found %d notices, err %v", len(files), err)
	}
	all := map[string]monitor.Notice{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.DisallowUnknownFields()
		var n monitor.Notice
		if err := dec.Decode(&n); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".notice.json")] = n
	}
	return all
}

// golden compares with a file, or writes it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// asJSON writes a message as one can read it.
func asJSON(t *testing.T, m slack.Message) string {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRender(t *testing.T) {
	for name, n := range notices(t) {
		t.Run(name, func(t *testing.T) {
			golden(t, "testdata/render/"+name+".message.json", asJSON(t, slack.Render(n, slack.Style{})))
			golden(t, "testdata/render/"+name+".bot.json", asJSON(t, slack.Render(n, botStyle)))
		})
	}
}

// botStyle is what a bot with buttons offers.
var botStyle = slack.Style{Threads: true, Buttons: true, Page: "https://gs.example.com/?a=1&b=2"}

func TestPreview(t *testing.T) {
	for name, n := range notices(t) {
		t.Run(name, func(t *testing.T) {
			golden(t, "testdata/render/"+name+".preview.txt", slack.Preview(slack.Render(n, slack.Style{}), false, 78))
		})
	}
}

func TestPreviewOfButtons(t *testing.T) {
	golden(t, "testdata/render/late_warning.buttons.txt", slack.Preview(slack.Render(notices(t)["late_warning"], botStyle), false, 78))
}

func TestPreviewInColour(t *testing.T) {
	n := notices(t)["late_warning"]
	golden(t, "testdata/render/late_warning.colour.txt", slack.Preview(slack.Render(n, slack.Style{}), true, 60))
}

func TestPreviewOfPlainText(t *testing.T) {
	m := slack.Message{Text: "a\x1b[2Jb &lt;c&gt; &amp;lt; *d*\r\nlonger than the narrowest\u202e width 漢字漢字漢字漢字漢字"}
	want := "" +
		"┌──────────────────┐\n" +
		"│ a�[2Jb <c> &lt;  │\n" +
		"│ *d*�             │\n" +
		"│ longer than the  │\n" +
		"│ narrowest� width │\n" +
		"│ 漢字漢字漢字漢字 │\n" +
		"│ 漢字             │\n" +
		"└──────────────────┘\n"
	if diff := cmp.Diff(want, slack.Preview(m, false, 3)); diff != "" {
		t.Errorf("preview (-want +got):\n%s", diff)
	}
}
