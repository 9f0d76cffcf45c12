require_relative "pages"

run Pages
