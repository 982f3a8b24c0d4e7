package main

import (
	"errors"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every key has its help, and every help its key.
func TestHelpCoversEveryKey(t *testing.T) {
	var want []string
	var walk func(path string, v reflect.Type)
	walk = func(path string, v reflect.Type) {
		for _, f := range settingFields(reflect.New(v).Elem()) {
			key := f.key
			if path != "" {
				key = path + "." + f.key
			}
			switch ty := f.value.Type(); {
			case ty.Kind() == reflect.Struct:
				want = append(want, key)
				walk(key, ty)
			case ty.Kind() == reflect.Map:
				name := map[string]string{"accounts": "my-shop", "channels": "ops-mail", "hours": "slack"}[key]
				want = append(want, "#"+key+"."+name)
				walk(key+"."+name, ty.Elem())
			case ty.Kind() == reflect.Slice && ty.Elem().Kind() == reflect.Struct:
				want = append(want, "#"+key)
				walk(key, ty.Elem())
			default:
				want = append(want, key)
			}
		}
	}
	walk("", reflect.TypeFor[Config]())
	var got []string
	for _, h := range configHelp {
		got = append(got, h.key)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("help for\n%s\nkeys\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

var settingInComment = regexp.MustCompile(`(?m)^#([a-z_]+ = |\[)`)

// What the example shows as a comment can be used: with every # taken away, nothing is unknown or of the wrong type.
func TestExampleCommentsAreSettings(t *testing.T) {
	text := settingInComment.ReplaceAllString(ExampleConfig(targets()), "$1")
	if strings.Count(text, "schedule = ") < len(targets()) || !strings.Contains(text, "\n[[limits]]\n") {
		t.Fatalf("the comments were not found:\n%s", text)
	}
	path := filepath.Join(write(t, 0o600, map[string]string{"config.toml": text}), "config.toml")
	_, err := LoadConfig(path, noEnv, targets())
	var wrong *ConfigError
	if !errors.As(err, &wrong) {
		t.Fatalf("error %v: want the mistakes of using a token and a webhook at once", err)
	}
	for _, m := range wrong.Mistakes {
		// The example shows every way to give the secret, of which one may be used, and files that are not there.
		// The one section of a channel shows the keys of every type.
		shown := strings.HasPrefix(m.Key, "slack.") || strings.HasPrefix(m.Key, "channels.ops-mail.") || strings.HasPrefix(m.Key, "alerts.heartbeat_url")
		if !shown || m.Problem == "unknown key" || strings.HasPrefix(m.Problem, "want") {
			t.Errorf("%+v", m)
		}
	}
}

func TestExampleOfEveryType(t *testing.T) {
	target, c := sampleTarget()
	before := *c
	text := ExampleConfig([]CheckTarget{target})
	want := `
# A sample.
[checks.sample]
enabled = true
#schedule = "*/15 * * * *"
share = 0.5
days = 7
loud = false
age = "1h30m"
word = "a \"b\" \\ <c> é"
words = ["x", "y"]
min_http2 = 2
`
	if !strings.HasSuffix(text, want) {
		t.Errorf("example ends with\n%s\nwant\n%s", text[max(0, len(text)-len(want)):], want)
	}
	path := filepath.Join(write(t, 0o600, map[string]string{"config.toml": text}), "config.toml")
	if _, err := LoadConfig(path, noEnv, []CheckTarget{target}); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(*c, before) {
		t.Errorf("the example changes the default %+v to %+v", before, *c)
	}
}

func TestMistakesChangeNoCheck(t *testing.T) {
	target, c := sampleTarget()
	before := *c
	path := filepath.Join(write(t, 0o600, map[string]string{"config.toml": "[checks.sample]\ndays = 3\nshare = 0.1\nword = 5\n"}), "config.toml")
	if _, err := LoadConfig(path, noEnv, []CheckTarget{target}); err == nil {
		t.Fatal("a mistake was accepted")
	}
	if !reflect.DeepEqual(*c, before) {
		t.Errorf("a configuration with a mistake changed the check to %+v", c)
	}
}

func TestChecksThatCannotBeConfigured(t *testing.T) {
	for want, fields := range map[string]any{
		"want a pointer to its struct":              sampleCheck{},
		"want a pointer to its struct, got <nil>":   nil,
		"has the type map[string]int":               &struct{ Map map[string]int }{},
		"has the type []int":                        &struct{ List []int }{},
		"has the type uint":                         &struct{ N uint }{},
		"every check has a setting enabled":         &struct{ Enabled bool }{},
		"every check has a setting schedule, so it": &struct{ Schedule string }{},
	} {
		_, err := LoadConfig("", noEnv, []CheckTarget{{Signal: "sample", Fields: fields}})
		if want = strings.TrimSuffix(want, ", so it"); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "sample") {
			t.Errorf("%T: error %v, want %s", fields, err, want)
		}
	}
}

func TestSnakeCase(t *testing.T) {
	for name, want := range map[string]string{
		"Days": "days", "MaxUnknown": "max_unknown", "FeedbackStaleAfter": "feedback_stale_after", "SKUShare": "sku_share",
		"MinSKU": "min_sku", "Top10": "top10", "MinHTTP2": "min_http2", "A": "a",
	} {
		if got := snakeCase(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"late_shipment_rate", "order_defect_rate", "poll", "settle", "days", "listen"}
	for written, want := range map[string]string{
		"late_shipment_rat": "late_shipment_rate", "order_defects_rate": "order_defect_rate", "pol": "poll", "Settle": "settle",
		"lsten": "listen", "dasy": "days", "colour": "", "x": "", "": "", "zzzzzzzzzzzzzzzzzz": "",
	} {
		if got := nearest(written, keys); got != want {
			t.Errorf("%q is near %q, want %q", written, got, want)
		}
	}
}
