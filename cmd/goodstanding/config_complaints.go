package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"goodstanding/monitor"
	"goodstanding/monitor/causes"
)

// extraPhrases returns the file's own phrases as the reader of causes takes them.
func (c *Config) extraPhrases() []causes.Extra {
	var extra []causes.Extra
	for _, own := range c.Complaints {
		extra = append(extra, causes.Extra{Language: own.Language, Cause: own.Cause, Phrases: own.Phrases, Except: own.Except})
	}
	return extra
}

// phrases is how causes are read.
type phrases struct {
	read  monitor.CauseReader
	extra []causes.Extra
}

// causeReader reads causes by the built-in phrases and the file's own. The phrases are compiled when the first comment is
// read: most commands read none.
func (c *Config) causeReader() phrases {
	if len(c.Complaints) == 0 {
		return builtInPhrases
	}
	return lateReader(c.extraPhrases())
}

// builtInPhrases reads causes by the built-in phrases alone.
var builtInPhrases = lateReader(nil)

func lateReader(extra []causes.Extra) phrases {
	reader := sync.OnceValue(func() monitor.CauseReader {
		r, err := causes.New(extra...)
		if err != nil { // not reached: LoadConfig has tried them
			panic(fmt.Sprintf("compile the phrases of complaints: %v", err))
		}
		return r.CauseReader()
	})
	return phrases{func(c monitor.Complaint) []monitor.Because { return reader()(c) }, extra}
}

// id names the phrases and the program that reads by them: what one has read in a comment is not what another would. The program
// is known by its file, for a version says nothing of a build under development. It is empty where the file is not known.
func (p phrases) id() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	program, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%d %d %q", program.Size(), program.ModTime().UnixNano(), p.extra)))
}

// complaints tries the file's own phrases.
func (v *validator) complaints() {
	var names []string
	for _, c := range monitor.Causes() {
		if c != monitor.CauseOther {
			names = append(names, string(c))
		}
	}
	before := len(v.mistakes)
	for i, c := range v.cfg.Complaints {
		key := fmt.Sprintf("complaints[%d]", i+1)
		switch {
		case c.Cause == "":
			v.say(key+".cause", "it is missing; write one of %s", strings.Join(names, ", "))
		case !slices.Contains(names, string(c.Cause)):
			v.suggest(key+".cause", nearest(string(c.Cause), names), "there is no cause %q; write one of %s", c.Cause, strings.Join(names, ", "))
		}
		if c.Language != "" && !slices.Contains(causes.Languages(), c.Language) {
			v.say(key+".language", "%q is no language that is read; write one of %s, or leave it out for all", c.Language, strings.Join(causes.Languages(), ", "))
		}
		if len(c.Phrases) == 0 && len(c.Except) == 0 {
			v.say(key, "it changes nothing; write phrases or except, or take the section out")
		}
	}
	if len(v.mistakes) > before {
		return
	}
	for i, extra := range v.cfg.extraPhrases() { // one by one, so that each mistake has its own line
		_, err := causes.New(extra)
		if _, ok := errors.AsType[*causes.ExtraError](err); ok {
			v.say(fmt.Sprintf("complaints[%d]", i+1), "%v", err)
		}
	}
}
