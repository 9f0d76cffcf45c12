# Makes pages of Markdown. Whoever has the secret token may write, everybody may read.
#
# POST /funko/ruby-pages/hello  Authorization: Bearer TOKEN  {"text": "# Hello"}  → {"page": "hello", "words": 1}
# GET  /funko/ruby-pages/hello               → a page, titled with TITLE
# GET  /funko/ruby-pages/hello?format=json   → {"page": "hello", "text": "# Hello"}
require "erb"
require "json"
require "kramdown"
require "rack/utils"
require "sinatra/base"

class Pages < Sinatra::Base
  TOKEN_FILE = "/run/secrets/TOKEN"
  TOKEN = File.exist?(TOKEN_FILE) ? File.read(TOKEN_FILE).strip : "for trying it out only"

  set :pages, {}
  set :lock, Mutex.new

  post "/:page" do |page|
    given = request.get_header("HTTP_AUTHORIZATION").to_s.delete_prefix("Bearer ")
    refuse 401, "the token is not right" unless Rack::Utils.secure_compare(given, TOKEN)

    text = written["text"]
    refuse 400, "text must be a text" unless text.is_a?(String)
    settings.lock.synchronize { settings.pages[page] = text }
    answer page:, words: text.scan(/[[:alnum:]]+/).size
  end

  get "/:page" do |page|
    text = settings.lock.synchronize { settings.pages[page] }
    refuse 404, "there is no page #{page}" unless text
    next answer(page:, text:) if params["format"] == "json"

    title = ERB::Util.html_escape("#{page} – #{ENV.fetch("TITLE")}")
    "<!doctype html>\n<title>#{title}</title>\n#{Kramdown::Document.new(text).to_html}"
  end

  def written
    given = JSON.parse(request.body.read)
    given.is_a?(Hash) ? given : {}
  rescue JSON::ParserError
    refuse 400, "the body must be JSON"
  end

  def answer(value)
    content_type :json
    JSON.generate(value)
  end

  def refuse(status, error)
    halt status, { "content-type" => "application/json" }, JSON.generate(error:)
  end
end
