#!/bin/sh
# Outbound marketing, the ancestor of real-time journeys, with nothing but curl: registrations that wait for their payment in a browser session, a
# payment that the completion service finalizes by the legacy action, and the same by hand, against a running platform.
#
#   payloop up --scenario fixtures/scenarios/outbound.toml --ready-file ready.json &
#   examples/walk-outbound.sh ready.json
#
# It says what it does at each step, and stops with a message and status 1 at the first answer that is not what it should be. It can be run as
# often as there are places left. Needs sh, curl, sed, tr, grep and mktemp.
set -eu

ready=${1:?usage: walk-outbound.sh READY_FILE (written by payloop up --scenario fixtures/scenarios/outbound.toml --ready-file READY_FILE)}
ready_json=$(tr -d '\n' < "$ready")

step() { printf '\n%s\n' "$*"; }
fail() { printf 'walk-outbound.sh: %s\n' "$*" >&2; exit 1; }

# The text named $2 in the section $1 of the ready file.
place() { printf '%s' "$ready_json" | sed -n 's/.*"'"$1"'": *{[^}]*"'"$2"'": *"\([^"]*\)".*/\1/p'; }
# The first text named $1 in the JSON that comes in.
text() { tr -d '\n' | grep -o '"'"$1"'" *: *"[^"]*"' | sed -n '1s/.*: *"\(.*\)"$/\1/p'; }
# $2, or the end of the walk when it is blank.
need() { [ -n "$2" ] || fail "there is no $1"; printf '%s' "$2"; }

event_api=$(need 'outbound Event API in the ready file' "$(place event_api outbound_base)")
em_token=$(need 'token of a web application in the ready file' "$(place event_api token)")
origin=$(need 'origin of that web application in the ready file' "$(place event_api origin)")
dataverse=$(need 'Dataverse in the ready file' "$(place dataverse url)")/api/data/v9.0
[ "$(place sample source_system)" = outbound ] || fail 'the platform was not started with an outbound scenario'
gala=$(need 'event in the ready file' "$(place sample readable_event_id)")
dinner=$(need 'pass in the ready file' "$(place sample pass_id)")
ca=$(printf '%s' "$ready_json" | text ca_cert)
if [ -n "$ca" ]; then export CURL_CA_BUNDLE="$ca"; fi
cookies=$(mktemp)
trap 'rm -f "$cookies"' EXIT

# Calls the outbound API as a page on the registered origin does, cookies and all: a path, and curl's own arguments.
page() {
    path=$1
    shift
    curl -sS -b "$cookies" -c "$cookies" "$event_api/$path?emApplicationtoken=$em_token" -H "Origin: $origin" -H 'Content-Type: application/json' "$@"
}

# Calls an action of the Web API: its name, and a body. Prints the answer's body; a refusal ends the walk.
action() {
    curl -sS --fail-with-body "$dataverse/$1" -H "Authorization: Bearer $bearer" -H 'Content-Type: application/json; charset=utf-8' \
        -H 'Accept: application/json' -H 'OData-MaxVersion: 4.0' -H 'OData-Version: 4.0' -d "$2" || fail "$1 was refused"
}

# Registers for the event $1 with the attendees $2; the answer has to have the status $3.
register() {
    answer=$(page "events/$1/registrations" -d '{"attendees":['"$2"']}')
    [ "$(printf '%s' "$answer" | text status)" = "$3" ] || fail "the registration is not $3: $answer"
    printf '%s' "$answer"
}
count() { page "events/$1/registrations/count"; }
attendee() { printf '{"firstName":"%s","lastName":"Doe","email":"%s@contoso.com","passId":"%s"}' "$1" "$1" "$2"; }

step '1. Look at the event and its passes: an event with passes is a paid one'
page "events/$gala" | grep -q '"enableMultiAttendeeRegistration":true' || fail 'there is no such event'
page "events/$gala/passes" | grep -q "\"passId\":\"$dinner\"" || fail 'there is no such pass'
before=$(count "$gala")
echo "   $gala, $before registered"

step '2. A call that does not come from the registered origin is refused'
refused=$(curl -sS -o /dev/null -w '%{http_code}' "$event_api/events/$gala?emApplicationtoken=$em_token")
[ "$refused" = 400 ] || fail "a call without an origin was answered $refused"

step '3. Register two people: the registration is temporary, and leads to the payment page'
result=$(register "$gala" "$(attendee Jane "$dinner"),$(attendee John "$dinner")" Redirect)
link=$(need 'redirectUrl' "$(printf '%s' "$result" | text redirectUrl)")
purchase=$(need 'purchaseId' "$(printf '%s' "$result" | text purchaseId)")
grep -q payloop_emsession "$cookies" || fail 'no browser session was begun'
[ "$(count "$gala")" = "$before" ] || fail 'somebody is registered before the payment'
echo "   $link"

step '4. Follow the link: the completion service asks what the purchase costs, and leads to the payment page'
payment=$(curl -sS -L -o /dev/null -w '%{url_effective}' "$link")
case $payment in */c/pay/*) echo "   $payment" ;; *) fail "the link does not lead to a payment page, but to $payment" ;; esac

step '5. Pay with card 4242 4242 4242 4242; the service finalizes by the legacy action, then the page returns'
landed=$(curl -sS -o /dev/null -w '%{redirect_url}' "$payment" -d email=jane@contoso.com --data-urlencode 'name=Jane Doe' \
    -d method=card -d card_number=4242424242424242 -d card_expiry=12/45 -d card_cvc=123)
[ "${landed%/}" = "$origin" ] || fail "the buyer is not back at $origin, but at ${landed:-the payment page}"
[ "$(count "$gala")" = $((before + 2)) ] || fail "the event counts $(count "$gala") registrations, not $((before + 2))"
echo "   back at $landed; a registration for each attendee"

step '6. Register once more, and finalize by hand as a service of your own would: sign in, ask what it costs, finalize'
again=$(register "$gala" "$(attendee Joe "$dinner")" Redirect | text purchaseId)
bearer=$(curl -sS "$(place entra token_url)" -d grant_type=client_credentials -d "client_id=$(place entra client_id)" \
    --data-urlencode "client_secret=$(place entra client_secret)" --data-urlencode "scope=$(place dataverse url)/.default" | text access_token)
bearer=$(need 'access token' "$bearer")
details=$(action msevtmgt_ListDetailedPurchaseInfo '{"PurchaseId":"'"$again"'"}')
case $details in *'"payloop_isocurrencycode":"EUR"'*) ;; *) fail "the details name no currency: $details" ;; esac
finalize='{"PurchaseId":"'"$again"'","ReadableEventId":"'"$gala"'","UserId":""}'
outcome=$(action msevtmgt_FinalizeExternalRegistrationRequest "$finalize")
[ "$(printf '%s' "$outcome" | text status)" = Success ] || fail "it was not finalized: $outcome"
[ "$(count "$gala")" = $((before + 3)) ] || fail 'Joe is not registered'
echo '   finalized'

step '7. The name of versions before 1.13 does the same, and once is enough'
outcome=$(action adx_FinalizeExternalRegistrationRequest "$finalize")
[ "$(printf '%s' "$outcome" | text status)" = Success ] || fail "a repeat was not accepted: $outcome"
[ "$(count "$gala")" = $((before + 3)) ] || fail 'somebody was registered twice'

step '8. The demo payment stays shut'
shut=$(page "events/$gala/registrations/finalize" -o /dev/null -w '%{http_code}' -d '{"purchaseId":"'"$again"'","hipObject":null}')
[ "$shut" = 404 ] || fail "the demo payment answered $shut"
echo 'The walk is done.'
