{{- define "responses-proxy.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "responses-proxy.selectorLabels" -}}
app.kubernetes.io/name: responses-proxy
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "responses-proxy.labels" -}}
{{ include "responses-proxy.selectorLabels" . }}
app.kubernetes.io/component: proxy
app.kubernetes.io/part-of: responses-proxy
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "responses-proxy.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "responses-proxy.podAnnotations" -}}
prometheus.io/scrape: 'true'
prometheus.io/port: {{ .Values.config.HOST_PORT | quote }}
prometheus.io/path: /metrics
# A changed setting or secret rolls the pods.
checksum/settings: {{ printf "%s%s" (toJson .Values.config) (toJson .Values.secrets) | sha256sum }}
{{- with .Values.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "responses-proxy.envFrom" -}}
- configMapRef:
    name: {{ include "responses-proxy.fullname" . }}
- secretRef:
    name: {{ include "responses-proxy.fullname" . }}
{{- range .Values.existingSecrets }}
- secretRef:
    name: {{ . }}
{{- end }}
{{- end }}
