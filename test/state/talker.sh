# An agent with sessions: says its lines, fails when its prompt says so, changes a file otherwise.
prompt=$(cat)
echo '{"type":"system","subtype":"init","session_id":"session-1","model":"a-model"}'
usage='"usage":{"input_tokens":10,"output_tokens":20,"cache_read_input_tokens":30,"cache_creation_input_tokens":40}'
case $prompt in
*fail*)
  echo '{"type":"result","subtype":"error_during_execution","is_error":true,"result":"It did not work.","session_id":"session-1","total_cost_usd":0.25,'"$usage"'}'
  exit 1
  ;;
esac
echo work >"work-$ORCHESTRA_TASK.txt"
echo '{"type":"result","subtype":"success","is_error":false,"result":"It is done.","session_id":"session-1","total_cost_usd":0.5,'"$usage"'}'
