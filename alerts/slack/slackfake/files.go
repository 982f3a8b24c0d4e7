package slackfake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// File is one that was uploaded.
type File struct {
	ID, Name, Title string
	Content         string
	size            int // as announced
	taken           bool
}

// uploadURL is files.getUploadURLExternal.
func (f *Fake) uploadURL(req request) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	name := req.values.Get("filename")
	size, err := strconv.Atoi(req.values.Get("length"))
	if name == "" || err != nil || size <= 0 {
		return answer{"error": "invalid_arguments"}
	}
	if f.uploads == nil {
		f.uploads = map[string]*File{}
	}
	id := fmt.Sprintf("F0FAKE%d", len(f.uploads)+1)
	f.uploads[id] = &File{ID: id, Name: name, size: size}
	return answer{"upload_url": f.url + "/upload/" + id, "file_id": id}
}

// takeUpload is the address that uploadURL gives.
func (f *Fake) takeUpload(w http.ResponseWriter, r *http.Request) {
	part, _, err := r.FormFile("file")
	f.serve(w, r, func() {
		if err != nil {
			plainAnswer(w, http.StatusBadRequest, "no file")
			return
		}
		content, err := io.ReadAll(part)
		f.mu.Lock()
		defer f.mu.Unlock()
		file := f.uploads[r.PathValue("id")]
		if err != nil || file == nil || len(content) != file.size {
			plainAnswer(w, http.StatusBadRequest, "not as announced")
			return
		}
		file.Content, file.taken = string(content), true
		plainAnswer(w, http.StatusOK, fmt.Sprintf("OK - %d", len(content)))
	})
}

// completeUpload is files.completeUploadExternal.
func (f *Fake) completeUpload(req request) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	var files []struct{ ID, Title string }
	if json.Unmarshal([]byte(req.values.Get("files")), &files) != nil || len(files) != 1 || f.uploads[files[0].ID] == nil || !f.uploads[files[0].ID].taken {
		return answer{"error": "invalid_arguments"}
	}
	channel := req.values.Get("channel_id")
	if state, exists := f.channels[channel]; exists && state != Joined || !exists && channel != Channel {
		return answer{"error": "channel_not_found"}
	}
	if req.ThreadTS != "" && f.find(channel, req.ThreadTS) == nil {
		return answer{"error": "thread_not_found"}
	}
	if wait := f.limited(channel); wait > 0 {
		return answer{"retry_after": wait}
	}
	file := f.uploads[files[0].ID]
	file.Title = files[0].Title
	f.accept(channel, req)
	f.messages[len(f.messages)-1].File = file
	return answer{"files": []answer{{"id": file.ID, "title": file.Title}}}
}
