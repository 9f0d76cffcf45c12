// Package webhook takes in webhooks as GitHub sends them, if they are signed with a secret, and lists the latest.
//
//	POST /funko/go-webhook/  X-Hub-Signature-256: sha256=…  {"action": "opened", "repository": {"full_name": "me/it"}}
//	  → {"accepted": {"event": "issues", "action": "opened", "repository": "me/it"}}
//	GET  /funko/go-webhook/?event=issues  → {"count": 1, "keep": 100, "events": [{…}]}
package webhook

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
)

const (
	keyFile = "/run/secrets/KEY"
	maxBody = 1 << 20
)

type event struct {
	Event      string `json:"event"`
	Action     string `json:"action"`
	Repository string `json:"repository"`
}

type hooks struct {
	key  []byte
	keep int

	mutex  sync.Mutex
	events []event
}

// Handler is called once, at the start: what it gives answers the requests.
func Handler() (http.Handler, error) {
	keep, err := strconv.Atoi(os.Getenv("KEEP"))
	if err != nil || keep < 1 {
		return nil, fmt.Errorf("KEEP must be a number from 1 on; it is %q", os.Getenv("KEEP"))
	}
	key, err := os.ReadFile(keyFile)
	if err != nil {
		key = []byte("for trying it out only")
	}
	h := &hooks{key: bytes.TrimSpace(key), keep: keep}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", h.take)
	mux.HandleFunc("GET /{$}", h.list)
	return mux, nil
}

func (h *hooks) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		reply(w, http.StatusRequestEntityTooLarge, map[string]any{"error": err.Error()})
		return
	}
	if !h.signed(body, r.Header.Get("X-Hub-Signature-256")) {
		reply(w, http.StatusUnauthorized, map[string]any{"error": "the signature is not right"})
		return
	}
	var hook struct {
		Action     string `json:"action"`
		Repository struct {
			FullName string `json:"full_name"`
		} `json:"repository"`
	}
	if err := json.Unmarshal(body, &hook); err != nil {
		reply(w, http.StatusBadRequest, map[string]any{"error": err.Error()})
		return
	}
	e := event{cmp.Or(r.Header.Get("X-GitHub-Event"), "unknown"), hook.Action, hook.Repository.FullName}
	h.add(e)
	reply(w, http.StatusAccepted, map[string]any{"accepted": e})
}

func (h *hooks) signed(body []byte, signature string) bool {
	mac := hmac.New(sha256.New, h.key)
	mac.Write(body)
	return hmac.Equal([]byte(signature), []byte("sha256="+hex.EncodeToString(mac.Sum(nil))))
}

func (h *hooks) add(e event) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.events = append(h.events, e)
	h.events = h.events[max(0, len(h.events)-h.keep):]
}

func (h *hooks) list(w http.ResponseWriter, r *http.Request) {
	wanted := r.URL.Query().Get("event")
	h.mutex.Lock()
	events := slices.DeleteFunc(slices.Clone(h.events), func(e event) bool { return wanted != "" && e.Event != wanted })
	h.mutex.Unlock()
	reply(w, http.StatusOK, map[string]any{"count": len(events), "keep": h.keep, "events": events})
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}
