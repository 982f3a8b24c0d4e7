package web

import (
	"crypto/subtle"
	"net/http"

	"goodstanding/monitor"
)

// Answer is what a button asks for.
type Answer string

// The buttons.
const (
	Acknowledge   Answer = "acknowledge"
	Unacknowledge Answer = "unacknowledge"
	Snooze        Answer = "snooze"
	Unsnooze      Answer = "unsnooze"
)

// answerPath is where forms are posted to.
const answerPath = "/answer"

// maxForm is the size of a form, in bytes: it names one alert.
const maxForm = 16 << 10

// answer does what a button asks for, and shows the page again. Browsers do not let another site post to it: requests from
// other origins are refused, and a form needs the token that only the page itself has.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form could not be read.", http.StatusBadRequest)
		return
	}
	if subtle.ConstantTimeCompare([]byte(r.PostForm.Get("token")), []byte(s.token)) != 1 {
		http.Error(w, "The page is older than the server. Load it again and press the button there.", http.StatusForbidden)
		return
	}
	key := monitor.AlertKey{
		Account: r.PostForm.Get("account"), Marketplace: monitor.Marketplace(r.PostForm.Get("marketplace")),
		Signal: monitor.Signal(r.PostForm.Get("signal")), Subject: r.PostForm.Get("subject"),
	}
	do := Answer(r.PostForm.Get("do"))
	switch do {
	case Acknowledge, Unacknowledge, Snooze, Unsnooze:
	default:
		http.Error(w, "There is no such button.", http.StatusBadRequest)
		return
	}
	lasts, err := s.cfg.Answer(r.Context(), key, do)
	if err != nil {
		s.cfg.Log.Error("a button could not be answered", "error", err)
		http.Error(w, "It could not be saved. The log of Goodstanding says why.", http.StatusInternalServerError)
		return
	}
	if !lasts {
		http.Error(w, "The alert is over: there is nothing left to answer.", http.StatusConflict)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
