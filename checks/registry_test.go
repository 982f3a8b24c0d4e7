package checks

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// A new check cannot be half made.
func TestRegistryIsComplete(t *testing.T) {
	signal := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := map[string]bool{}
	for _, e := range All() {
		name := string(e.Signal)
		if !signal.MatchString(name) || seen[name] {
			t.Errorf("signal %q: want a new name in snake_case", name)
		}
		seen[name] = true
		for what, text := range map[string]string{"Title": e.Title, "Finds": e.Finds, "Counts": e.Counts, "Advice": e.Advice, "Source": e.Source} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s has no %s", name, what)
			}
		}
		if len(e.Reads) == 0 && name != "stale_exports" && name != "export_anomaly" { // these read every kind
			t.Errorf("%s reads nothing", name)
		}
		check := reflect.ValueOf(e.New(Rules{}))
		if check.Kind() != reflect.Pointer || check.Elem().Kind() != reflect.Struct {
			t.Errorf("%s: New gives a %s, want a pointer to a struct", name, check.Type())
			continue
		}
		for i := range check.Elem().NumField() {
			f := check.Elem().Type().Field(i)
			if f.IsExported() && (check.Elem().Field(i).IsZero() || f.Tag.Get("help") == "") {
				t.Errorf("%s.%s: want a default and a help tag", name, f.Name)
			}
		}
		if found, ok := Find(e.Signal); !ok || found.Title != e.Title {
			t.Errorf("Find does not know %s", name)
		}
	}
}
