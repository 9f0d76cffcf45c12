// Package funko answers the requests of a funko.
package funko

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

// Handler gets every request: /funko/NAME/some/path?name=Ada arrives here as /some/path?name=Ada.
// Handler may also be an http.Handler, such as the mux of a framework.
func Handler(w http.ResponseWriter, r *http.Request) {
	input := struct {
		Name string `json:"name"`
	}{r.URL.Query().Get("name")}
	if r.Method == http.MethodPost {
		if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	if input.Name == "" {
		input.Name = "world"
	}
	w.Header().Set("Content-Type", "application/json")
	message := fmt.Sprintf("%s, %s!", os.Getenv("GREETING"), input.Name)
	json.NewEncoder(w).Encode(map[string]string{"message": message})
}
