{{- define "muster.name" -}}{{ printf "%s" .Release.Name | trunc 40 | trimSuffix "-" }}{{- end }}

{{- define "muster.labels" -}}
app.kubernetes.io/name: muster
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "muster.selector" -}}
app.kubernetes.io/name: muster
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "muster.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag -}}
{{- if eq $tag "latest" }}{{ fail "image.tag: expected a version, found `latest`" }}{{ end -}}
{{ .Values.image.repository }}:{{ $tag }}
{{- end }}

{{/* One Deployment for each. */}}
{{- define "muster.roles" -}}
["api","device","gateway","streams","worker"]
{{- end }}

{{- define "muster.postgres.cluster" -}}{{ include "muster.name" . }}-postgres{{- end }}

{{- define "muster.postgres.ca" -}}
{{- if .Values.postgres.caSecret }}{{ .Values.postgres.caSecret }}
{{- else if eq .Values.postgres.mode "cloudnativepg" }}{{ include "muster.postgres.cluster" . }}-ca
{{- end -}}
{{- end }}

{{- define "muster.postgres.url" -}}
{{- $url := eq .Values.postgres.mode "cloudnativepg" | ternary (printf "jdbc:postgresql://%s-rw:5432/muster" (include "muster.postgres.cluster" .)) .Values.postgres.url -}}
{{- required "postgres.url is needed" $url }}{{ if include "muster.postgres.ca" . }}?sslmode=verify-full&sslrootcert=/etc/muster/postgres/ca.crt{{ end -}}
{{- end }}

{{- define "muster.kafka.ca" -}}
{{- if eq .Values.kafka.mode "strimzi" }}{{ .Values.kafka.strimzi.clusterName }}-cluster-ca-cert{{ else }}{{ .Values.kafka.caSecret }}{{ end -}}
{{- end }}

{{/* A password of the database as an environment variable. */}}
{{- define "muster.login" -}}
- name: {{ .prefix }}DB_{{ upper .login }}_PASSWORD
  valueFrom:
    secretKeyRef:
      {{- if eq .root.Values.postgres.mode "cloudnativepg" }}
      name: {{ required (printf "postgres.cloudnativepg.loginSecrets.%s is needed" .login) (get .root.Values.postgres.cloudnativepg.loginSecrets .login) }}
      key: password
      {{- else }}
      name: {{ required "postgres.passwordsSecret is needed" .root.Values.postgres.passwordsSecret }}
      key: {{ .login }}
      {{- end }}
{{- end }}

{{- define "muster.storageClass" -}}
{{- if . }}
storageClassName: {{ . }}
{{- end }}
{{- end }}
