package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The configuration that docs/complaints.md shows does with the comments there what the page says.
func TestComplaintsDocExample(t *testing.T) {
	page, err := os.ReadFile("../../docs/complaints.md")
	if err != nil {
		t.Fatal(err)
	}
	fenced := func(kind string) string {
		_, rest, _ := strings.Cut(string(page), "```"+kind+"\n")
		block, _, ok := strings.Cut(rest, "```\n")
		if !ok {
			t.Fatalf("docs/complaints.md has no block of %s", kind)
		}
		return block
	}
	dir := t.TempDir()
	config, comment := filepath.Join(dir, "goodstanding.toml"), filepath.Join(dir, "comment.txt")
	if err := os.WriteFile(config, []byte(fenced("toml")), 0o600); err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`(?m)^\$ echo "(.*)" \| goodstanding classify\n`)
	session := fenced("console")
	shown := command.FindAllStringSubmatch(session, -1)
	if len(shown) < 2 {
		t.Fatalf("found %d commands in\n%s", len(shown), session)
	}
	for i, want := range command.Split(session, -1)[1:] {
		if err := os.WriteFile(comment, []byte(shown[i][1]+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errOut bytes.Buffer
		if code := run(t.Context(), []string{"--config", config, "classify", comment}, &out, &errOut, noEnv); code != exitOK {
			t.Fatalf("exit %d: %s", code, errOut.String())
		}
		if got := strings.TrimSpace(out.String()); got != strings.TrimSpace(want) {
			t.Errorf("%q: got\n%s\nwant\n%s", shown[i][1], got, want)
		}
	}
}
